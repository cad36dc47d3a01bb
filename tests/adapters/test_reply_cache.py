"""A request that was answered before is answered from the store, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeModel

from assistant.adapters.reply_cache import CachedModel
from assistant.adapters.store import Store, open_store
from assistant.core.types import Message, Reply, Request, Usage
from assistant.errors import ModelError, StoreError

REQUEST = Request((Message("user", "Write."),), max_tokens=50, seed=7)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def cached(model: FakeModel, store: Store, *, server: str = "", fresh: bool = False) -> CachedModel:
    return CachedModel(model, store, path="a.md", server=server, fresh=fresh)


def test_the_same_request_is_sent_once(store: Store) -> None:
    """The kept reply is shown whole, and costs nothing; `fresh` and another seed are sent."""
    model, pieces = FakeModel("First.", "Second.", "Third."), list[str]()
    (first,) = cached(model, store).answer(REQUEST)
    (again,) = cached(model, store).answer(replace(REQUEST, on_text=pieces.append))
    assert again == replace(first, usage=Usage()) and pieces == ["First."]
    assert len(model.requests) == 1
    assert cached(model, store).answer(replace(REQUEST, seed=8))[0].text == "Second."
    assert cached(model, store, fresh=True).answer(REQUEST)[0].text == "Third."
    assert cached(model, store).answer(REQUEST)[0].text == "Third."


@pytest.mark.parametrize(
    ("request_", "server", "sampling"),
    [
        (replace(REQUEST, messages=(Message("user", "Write well."),)), "", {}),
        (replace(REQUEST, max_tokens=60), "", {}),
        (REQUEST, "http://elsewhere/v1", {}),
        (REQUEST, "", {"temperature": 0.2}),
    ],
)
def test_whatever_changes_the_reply_makes_another_request(
    store: Store, request_: Request, server: str, sampling: dict[str, float]
) -> None:
    """Messages, length, server and sampling all count."""
    model = FakeModel("First.", "Second.")
    cached(model, store).answer(REQUEST)
    model.sampling = sampling
    assert cached(model, store, server=server).answer(request_)[0].text == "Second."


def test_only_missing_replies_of_several_are_asked_for(store: Store) -> None:
    """Each is kept under a seed of its own; where no more come, those that were kept are given."""
    model = FakeModel("First.", "Second.", ModelError("gone"))
    cached(model, store).answer(REQUEST)
    three = replace(REQUEST, count=3)
    assert [r.text for r in cached(model, store).answer(three)] == ["First.", "Second."]
    assert (model.requests[-1].count, model.requests[-1].seed) == (2, 8)
    assert [r.text for r in cached(model, store).answer(three)] == ["First.", "Second."]
    assert len(model.requests) == 3
    assert [r.text for r in cached(model, store).answer(replace(REQUEST, count=2))] == ["First.", "Second."]


def test_a_store_that_fails_costs_no_reply(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no reason to lose a text that was paid for."""

    def full(*_: object) -> Reply:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Store, "reply", full)
    monkeypatch.setattr(Store, "keep_reply", full)
    assert cached(FakeModel("First."), store).answer(REQUEST)[0].text == "First."


def test_a_reply_that_is_forgotten_is_asked_for_again(store: Store) -> None:
    """That holds for one that was just sent and for one that was kept; the others stay."""
    model = FakeModel("First.", "Second.", "Third.")
    for said in ("First.", "Second."):
        (reply,) = cached(model, store).answer(REQUEST)
        assert reply.text == said
        (cached(model, store).answer(REQUEST)[0] if said == "First." else reply).forget()
    cached(model, store).answer(replace(REQUEST, seed=8))
    assert len(model.requests) == 3
