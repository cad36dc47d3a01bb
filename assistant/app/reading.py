"""Lets a capable model read the draft before its gaps are written.

Every front end that writes all gaps of a draft goes through `read`; what comes stays with the workspace. A
reading shares the beginning of its prompt with other readings and not with the texts' prompts: that beginning
depends on which gaps there are, and a prefix has to be computed once either way.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from assistant.adapters import template_files, tokens
from assistant.adapters.reply_cache import KeptReplies
from assistant.adapters.server_info import is_loopback
from assistant.app import cost
from assistant.app.budget import Budget
from assistant.app.cost import Sent
from assistant.app.models import Connection, expected_connection
from assistant.app.workspace import Workspace, located
from assistant.core.gaps import reading
from assistant.core.prompt.chat_tokens import escape_messages
from assistant.core.prompt.turns import count_tokens
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, Message, Request, Usage
from assistant.errors import ModelError, UsageError

_CAPABLE = 7.0
"""Billions of parameters from which on a model finds more than it makes up; one with 1.5 doesn't."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?)b(?![a-z0-9])", re.I)
"""A model's size in its name: `qwen2.5-7b-instruct`, `llama3.1:8B`, `Qwen3-30B-A3B`."""
_DRAFT = "Draft:\n\n"
"""Opens what is told about a draft: the first word is the same in all, see `ChatClient`."""
_LONG_ANSWER_TOKENS = 1500
"""Tokens of a long answer: some thirty gaps."""
_USUAL_ANSWER_TOKENS = 300
"""Tokens of a usual answer, for estimates: four or five gaps."""


class Outcome(NamedTuple):
    """A draft with what the model named in it, or the reason why it could not be asked."""

    workspace: Workspace
    reason: str = ""
    """Why it failed; then the gaps are those found here."""
    usage: Usage = Usage()

    @property
    def failure(self) -> str:
        """One line on what failed; empty where nothing did."""
        return (
            self.reason and f"the model could not read the draft ({self.reason}); gaps are those found here"
        )


def is_wanted(workspace: Workspace, connection: Connection) -> bool:
    """Tell whether the model is to read the draft: as the author says, else where it is able to.

    A server on this machine may be anything, mostly small: its model's name must say a size. In a draft
    without text there is nothing to read.
    """
    settings = workspace.settings
    if not _has_text(workspace.draft):
        return False
    if settings.locate != "auto":
        return settings.locate == "model"
    sizes = [float(size) for size in _SIZE.findall(connection.name)]
    if sizes:
        return max(sizes) >= _CAPABLE
    return not connection.local and not is_loopback(connection.base_url)


def may_be_wanted(workspace: Workspace) -> bool:
    """Tell the same as far as it is known before the model is connected."""
    return is_wanted(workspace, expected_connection(workspace.settings))


def _has_text(draft: Draft) -> bool:
    return bool(draft.data[draft.front_matter.end :].strip(b"\xef\xbb\xbf \t\r\n"))


def requests(workspace: Workspace, connection: Connection) -> list[Request]:
    """Return what is sent: the rules, the same for all drafts, and the draft with numbered lines.

    A draft that is too long for the model's window takes several requests, each for a part of it.
    """
    from assistant.core.prompt.templates import Templates  # Jinja2 costs 30 ms

    templates = Templates(template_files.loader(workspace.root, folder=workspace.settings.prompts))
    rules, able = Message("system", templates.render("locate")), connection.model.capabilities
    most = _LONG_ANSWER_TOKENS + (max(2000, 2 * able.thinking_tokens) if able.thinks else 0)
    count = tokens.counter(connection.name)
    room = able.context - most - count_tokens([rules, Message("user", _DRAFT)], count)
    messages = (
        escape_messages((rules, Message("user", _DRAFT + part)))
        for part in reading.numbered(workspace.draft, room=room, count=count)
    )
    return [Request(one, max_tokens=most, seed=0, shared=1, schema=reading.SCHEMA) for one in messages]


def expected(workspace: Workspace, connection: Connection) -> tuple[int, Usage]:
    """Return how many requests a reading takes, and the tokens expected for them; none for a stored one."""
    count, able = tokens.counter(connection.name), connection.model.capabilities
    kept = KeptReplies(connection.for_draft(workspace.path, fresh=workspace.settings.fresh))
    for one in requests(workspace, connection):
        with suppress(ModelError):
            kept.answer(one)
    sent = [Sent(count_tokens(one.messages, count), _USUAL_ANSWER_TOKENS) for one in kept.missing]
    return cost.estimate(sent, thinking_tokens=able.thinking_tokens)


def foreseen(workspace: Workspace, connection: Connection) -> tuple[Workspace, tuple[int, Usage]]:
    """Return a draft as a reading that is stored named its gaps, and else what a reading takes."""
    due = expected(workspace, connection)
    return (workspace, due) if due[0] else (read(workspace, connection).workspace, due)


def before(workspace: Workspace, connection: Connection) -> str:
    """Return one line on the reading that is about to be asked for."""
    return f"reading the draft first: {connection.before(*expected(workspace, connection))}"


def read(workspace: Workspace, connection: Connection, *, budget: Budget | None = None) -> Outcome:
    """Ask the model for the unwritten places of a draft, and return the workspace with them in it.

    Where that fails in any way, the workspace comes back as it was, with one line that says why.
    """
    budget, limit, gaps, used = budget or Budget(), workspace.settings.max_cost, list[Gap](), Usage()
    model = connection.for_draft(workspace.path, fresh=workspace.settings.fresh)
    try:
        with budget.spending(connection, lambda: expected(workspace, connection)[1], limit=limit) as count:
            for one in requests(workspace, connection):
                reply = model.answer(one)[0]
                count(reply.usage)
                used = used + reply.usage
                gaps += reading.gaps_named(workspace.draft, reply.text)
    except (ModelError, UsageError, ValueError) as error:
        return Outcome(workspace, str(error), used)
    named = reading.Reading(workspace.draft.data, tuple(gaps))
    return Outcome(located(replace(workspace, reading=named)), usage=used)
