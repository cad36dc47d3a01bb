"""What a page shows of a draft, and what of it is new since it was last told."""

from __future__ import annotations

import threading
from collections.abc import Collection
from itertools import islice
from typing import Any, NamedTuple

from assistant.adapters.settings import Settings
from assistant.app import reading, report
from assistant.app.draft_pool import DraftPool, OpenDraft
from assistant.app.report import without_keys
from assistant.app.run import Run
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.display import one_line
from assistant.core.types import Usage
from assistant.errors import AssistantError
from assistant.frontends import pieces
from assistant.frontends.keys import KEYS, Key
from assistant.frontends.web import about, markdown
from assistant.frontends.web.rendered_draft import CardPlace, RenderedDraft
from assistant.frontends.web.templates import template

Change = tuple[str, Any]
"""The name of an event and what it carries, for JSON."""
_AT_ONCE = 40
"""Cards that a page gets at a time: more than fit on a screen. The rest follow, so that a draft of a thousand
pieces opens at once, and a key that is pressed meanwhile does not wait for them."""


class Card(NamedTuple):
    """A piece as a page shows it."""

    piece: Piece
    place: CardPlace
    removes: str
    """What else goes once it is accepted: an instruction, or a remark."""
    failure: str
    """Why it has no text; empty where a piece above tells the same."""
    says: str
    """What its state means for the draft."""

    def is_like(self, other: Card | None) -> bool:
        """Tell whether the card of `other` is still there."""
        return other is not None and other.piece is self.piece and other == self


class DraftPage:
    """The HTML of one draft, shared by the tabs that show it."""

    def __init__(self, pool: DraftPool, name: str, draft: OpenDraft) -> None:
        """Take an open draft and the name it has in addresses."""
        self.pool, self.name, self.draft = pool, name, draft
        self.rendered = RenderedDraft(draft.session.workspace.draft, images=f"/draft/{name}/image")
        self._cards: dict[str, tuple[Card, str]] = {}
        self._cost: tuple[object, str] = (None, "")
        self._readable = False
        """True where a model could look for gaps too."""
        self._bar: tuple[Review, tuple[object, ...], str] = (Review(), (), "")
        self._visible: dict[str, Card] = {}

    def now(self) -> tuple[RenderedDraft, dict[str, Card]]:
        """Return the draft as it is, and every piece in it with its place."""
        session = self.draft.session
        with session.lock:
            review, draft = session.review, session.workspace.draft
        if self.rendered.draft is not draft:
            self.rendered = RenderedDraft(draft, images=f"/draft/{self.name}/image")
            self._cards, self._visible = {}, {}
        before, self._visible = self._visible, {}
        reasons = report.Reasons()
        for piece in review.shown:
            removal, previous = review.removal_with(piece), before.get(piece.key)
            place = previous.place if previous and previous.piece is piece else self.rendered.place(piece)
            message = "" if piece.phase is Phase.WRITING else markdown.clean(piece.message)
            failure = message if message and reasons.is_new(message) else ""
            removes, says = removal.original.decode() if removal else "", pieces.says(review, piece)
            self._visible[piece.key] = Card(piece, place, removes, failure, says)
        return self.rendered, self._visible

    def card(self, rendered: RenderedDraft, card: Card, *, outline: bool = False) -> str:
        """Return the card of a card; of one that is still to come, only the `outline` with its name."""
        piece, place = card.piece, card.place
        previous, html = self._cards.get(piece.key, (None, ""))
        if card.is_like(previous):
            return html
        draft, state = rendered.draft, pieces.state_of(piece)
        state_says, _, then = without_keys(card.says).partition("; ")
        doubts = [] if state == "writing" else piece.doubts
        values = {
            "piece": piece,
            "state": state,
            "says": state_says,
            "name": pieces.name(draft, piece),
            "where": pieces.place(draft, piece, line=self.draft.session.line(piece.anchor)),
            "doubts": [(doubt, report.message(doubt), report.approval(doubt)) for doubt in doubts],
        }
        if outline:
            return template("card.html").render(values, outline=True)
        hunk = piece.hunk
        html = template("card.html").render(
            values,
            outline=False,
            then=then,
            lang=rendered.language,
            direction=rendered.direction,
            body=""
            if hunk is None or state == "writing"
            else rendered.gone(card.removes) + rendered.body(piece, place),
            waiting=rendered.waiting(piece, place) if hunk is None else "",
            said=markdown.clean(piece.message) if state == "writing" else card.failure,
            about=[*map(one_line, hunk.notes if hunk else ()), *pieces.origin(piece)],
        )
        self._cards[piece.key] = (card, html)
        return html

    def html(self, rendered: RenderedDraft, cards: dict[str, Card], owed: Collection[str] = ()) -> str:
        """Return the whole draft; of the cards in `owed`, only the outlines."""
        return rendered.html(
            [(card.place, self.card(rendered, card, outline=key in owed)) for key, card in cards.items()]
        )

    def bar(self) -> str:
        """Return what is below the draft: counts, cost, and what can be done to the whole of it."""
        session, writer = self.draft.session, self.draft.writer
        review = session.review
        if self._cost[0] not in (None, self._to_write()) and not writer.busy:
            self._cost = (None, "")  # until it is known for what is left now
            threading.Thread(target=self.estimate, daemon=True).start()
        state = {
            "busy": writer.busy,
            "read_only": session.read_only,
            "gone": session.gone,
            "write": session.to_write and not session.read_only,
            "cost": self._cost[1],
            "says": one_line(writer.model_line),
            "readable": self._readable
            and not (session.workspace.reading or session.read_only or writer.busy),
            "fetching": self.pool.download.progress if writer.busy else "",
            "share": self.pool.download.share,
        }
        basis = (writer.spent, *state.values())
        if self._bar[0] is not review or self._bar[1] != basis:
            html = template("bar.html").render(
                **state,
                name=self.name,
                counts=pieces.tally(review.shown),
                missing=0 if writer.busy or session.read_only else sum(map(_is_missing, review.shown)),
                undo=bool(review.past),
                redo=bool(review.future),
                written=any(s.phase is Phase.WRITTEN for s in review.shown) and not session.read_only,
                rest=any(s.undecided and not s.unplaced and not s.doubts for s in review.shown),
                total=self.total(),
            )
            self._bar = (review, basis, html)
        return self._bar[2]

    def total(self) -> str:
        """Return what the texts of this draft have cost so far; empty before anything was sent."""
        writer = self.draft.writer
        if writer.spent == Usage():
            return ""
        return writer.models.get(self.draft.session.workspace).after(writer.spent)

    def _to_write(self) -> tuple[bytes, Settings, frozenset[str]]:
        """Return what the cost depends on: the draft, the settings, and the gaps without a text."""
        workspace, pieces = self.draft.session.workspace, self.draft.session.review.shown
        return workspace.draft.data, workspace.settings, frozenset(s.gap for s in pieces if _is_missing(s))

    def estimate(self) -> None:
        """Work out what writing the rest would cost, and tell the pages; reads the series."""
        workspace, basis = self.draft.session.workspace, self._to_write()
        *_, gaps = basis
        if self._cost[0] == basis:
            return
        self._readable = not workspace.reading and reading.may_be_wanted(workspace)
        if not gaps and not self._readable:
            self._cost = (basis, "")
            return
        try:
            replies = self.draft.session.store
            run = Run.expected(
                workspace,
                lambda result: [gap for gap in result.gaps if gap.id in gaps],
                replies=replies,
                reads=self._readable,
            )
            line = f"{about.model_line(workspace.settings)} {run.before(run.requests())}"
        except AssistantError as error:
            line = str(error)
        self._cost = (basis, line)
        self.draft.wake()


class Tab:
    """A tab of a browser: what it was told so far."""

    def __init__(self, page: DraftPage) -> None:
        """Begin with a tab that shows nothing."""
        self.page = page
        self.rendered: RenderedDraft | None = None
        self.shown: dict[str, Card] = {}
        self.owed: dict[str, None] = {}
        """The pieces of which the page has only the outline, in their order."""
        self.bar = ""
        self.notices_seen = len(page.draft.notices) if page.draft.pages else 0
        self.turn = 0
        """How often the page began to listen."""

    def begin(self) -> int:
        """Begin to tell the page what is new; one that lost its connection is told everything again."""
        if self.turn:
            self.rendered = None
        self.turn += 1
        return self.turn

    def whole(self) -> Fragments:
        """Return the page as it is now, with the cards that are likely to be seen first."""
        self.rendered, self.shown = self.page.now()
        self.owed = dict.fromkeys(islice(self.shown, _AT_ONCE, None))
        self.bar = self.page.bar()
        return Fragments(self.page.html(self.rendered, self.shown, self.owed), self.bar)

    def changes(self) -> list[Change]:
        """Return what is new since the last call."""
        rendered, shown = self.page.now()
        changes: list[Change] = []
        layout = [(key, piece.place) for key, piece in shown.items()]
        if rendered is not self.rendered or layout != [(k, p.place) for k, p in self.shown.items()]:
            changes.append(("page", self.page.html(rendered, shown)))
            self.owed.clear()
        else:
            cards, streams = self._changed(rendered, shown)
            changes += [("pieces", cards)] * bool(cards) + [("stream", streams)] * bool(streams)
        self.rendered, self.shown = rendered, shown
        bar = self.page.bar()
        if bar != self.bar:
            changes.append(("bar", bar))
            self.bar = bar
        notices = self.page.draft.notices
        if len(notices) > self.notices_seen:
            changes.append(("said", "; ".join(map(one_line, notices[self.notices_seen :]))))
            self.notices_seen = len(notices)
        return changes

    def _changed(
        self, rendered: RenderedDraft, shown: dict[str, Card]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the cards that changed or are owed, and what was added to texts that are being written."""
        cards, streams = {}, {}
        for key, card in shown.items():
            if card.is_like(self.shown[key]):
                continue
            piece, previous = card.piece, self.shown[key].piece
            goes_on = previous.phase is piece.phase is Phase.WRITING and previous.read == piece.read
            if goes_on and piece.message.startswith(previous.message) and key not in self.owed:
                streams[key] = markdown.clean(piece.message[len(previous.message) :])
            else:
                cards[key] = ""
        cards |= dict.fromkeys(islice(self.owed, max(_AT_ONCE - len(cards), 0)), "")
        for key in cards:
            self.owed.pop(key, None)
            cards[key] = self.page.card(rendered, shown[key])
        return cards, streams


class Fragments(NamedTuple):
    """The two parts of a page that change."""

    draft: str
    bar: str


def page_keys() -> list[Key]:
    """Return the keys that a page has: all but the one for an author's own editor."""
    return [key for key in KEYS if key.command != "edit_outside"]


def _is_missing(piece: Piece) -> bool:
    return not piece.versions and piece.phase is not Phase.WRITTEN
