"""Keeps texts, decisions and writes of every draft in a database that survives a power cut.

One file of SQLite, `review.db` in the user's state folder (`ASSISTANT_STATE` names another), readable by
its owner alone, since it holds what the author writes. Every call that changes something is one
transaction and on disk when it returns (write-ahead log, `synchronous=FULL`).

What a front end needs, in the order of use:

    store = open_store()                        raises StoreError: one line, what the reader can do
    claim = store.claim(path)                   raises StoreBusy while another session holds the draft
    review = decide.replay(store.events(path))  the session as it was left
    store.append(path, event, claim=claim)      one event of core.review.events, before the next key is read
    store.propose(path, data, proposal)         a model's text for the draft as read; gives it a number
    number = store.begin_write(...)             before the draft's file is replaced,
    store.finish_write(number)                  and after
    store.release(claim); store.close()

A front end that holds no session (an editor's server) leaves `claim` out. Paths are made absolute and
links followed, so that every name of a draft finds the same entries. Calls may come from any thread.
"""

from assistant.adapters.settings import state_folder
from assistant.adapters.store.database import VERSION, Claim
from assistant.adapters.store.store import Store, Write, open_store

__all__ = ["VERSION", "Claim", "Store", "Write", "open_store", "state_folder"]
