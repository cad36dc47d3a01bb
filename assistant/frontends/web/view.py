"""What a page shows of a draft, and what of it is new since it was last told."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from assistant.app.models import expected_connection, model_to_fetch
from assistant.app.run import Run
from assistant.app.workspace import job as prepare_job
from assistant.core import cost
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line
from assistant.core.types import Usage, Verdict
from assistant.errors import AssistantError
from assistant.frontends.keys import KEYS
from assistant.frontends.web import markdown
from assistant.frontends.web.desk import Desk, OpenDraft
from assistant.frontends.web.manuscript import Manuscript, Place
from assistant.frontends.web.templates import template

STATES = {
    "waiting": "not written yet",
    "writing": "being written …",
    "ready": "to decide",
    "accepted": "accepted",
    "rejected": "rejected; the draft stays unchanged here",
    "edited": "accepted with your edits",
    "failed": "failed",
    "stopped": "stopped",
    "written": "written into the draft",
    "moved": "the draft changed here, so this can't be applied; retry",
}
"""What each state of a piece is called."""

Change = tuple[str, Any]
"""The name of an event and what it carries, for JSON."""


def state_of(slot: Slot) -> str:
    """Return the state of a piece, one of the names in `STATES`."""
    if slot.phase is not Phase.READY:
        return slot.phase.value
    if slot.lost:
        return "moved"
    return "ready" if slot.verdict is Verdict.UNDECIDED else slot.verdict.value


class Sheet:
    """The HTML of one draft, shared by its pages."""

    def __init__(self, desk: Desk, name: str, draft: OpenDraft) -> None:
        """Take an open draft and the name it has in addresses."""
        self.desk, self.name, self.draft = desk, name, draft
        self.manuscript = Manuscript(draft.session.workspace.draft, images=f"/draft/{name}/image")
        self._cards: dict[str, tuple[Slot, Place, int, str]] = {}
        self._cost: tuple[object, str] = (None, "")

    def now(self) -> tuple[Manuscript, dict[str, tuple[Slot, Place]]]:
        """Return the draft as it is, and every piece in it with its place."""
        session = self.draft.session
        with session.lock:
            shown, draft = session.review.shown, session.workspace.draft
        if self.manuscript.draft is not draft:
            self.manuscript = Manuscript(draft, images=f"/draft/{self.name}/image")
            self._cards.clear()
        return self.manuscript, {slot.key: (slot, self.manuscript.place(slot)) for slot in shown}

    def card(self, manuscript: Manuscript, slot: Slot, place: Place, number: int) -> str:
        """Return the card of a piece."""
        slot_, place_, number_, html = self._cards.get(slot.key, (None, None, 0, ""))
        if slot_ is slot and place_ == place and number_ == number:
            return html
        draft = manuscript.draft
        heading = draft.heading_above(slot.anchor if not slot.lost else slot.span.start)
        state = state_of(slot)
        hunk = slot.hunk
        warnings = hunk.warnings if hunk and slot.verdict is not Verdict.EDITED else ()
        html = template("card.html").render(
            slot=slot,
            lang=manuscript.language,
            state=state,
            says=STATES[state],
            number=number,
            heading=one_line(heading.text if heading else draft.title) or "the beginning",
            line=draft.line(slot.anchor),
            body="" if hunk is None or state == "writing" else manuscript.body(slot, place),
            waiting=manuscript.waiting(slot, place) if hunk is None else "",
            said=markdown.clean(slot.said),
            warnings=[
                (one_line(w.message), one_line(hunk.replacement[w.start : w.end].decode("utf-8", "replace")))
                for w in warnings
                if hunk
            ],
            notes=[one_line(note) for note in hunk.notes] if hunk else [],
            about=_about(slot),
        )
        self._cards[slot.key] = (slot, place, number, html)
        return html

    def html(self, manuscript: Manuscript, pieces: dict[str, tuple[Slot, Place]]) -> str:
        """Return the whole draft."""
        cards = [
            (place, self.card(manuscript, slot, place, number))
            for number, (slot, place) in enumerate(pieces.values(), 1)
        ]
        return manuscript.html(cards)

    def bar(self) -> str:
        """Return what stands below the draft: counts, cost, and what can be done to the whole of it."""
        draft, session = self.draft, self.draft.session
        review, busy = session.review, self.draft.writer.busy
        counts = Counter(state_of(slot) for slot in review.shown)
        done, whole = self.desk.fetched
        return template("bar.html").render(
            counts=[(count, state) for state, count in counts.items()],
            missing=0 if busy or session.read_only else _missing(review.shown),
            busy=busy,
            read_only=session.read_only,
            gone=session.gone,
            undo=bool(review.past),
            redo=bool(review.future),
            rest=any(s.undecided and not s.lost and s.hunk and not s.hunk.warnings for s in review.shown),
            write=session.to_write and not session.read_only,
            cost=self._cost[1],
            total=self.total(),
            says=one_line(draft.writer.says),
            fetching=f"{done / 1e6:,.0f} of {whole / 1e6:,.0f} MB" if busy and done < whole else "",
        )

    def total(self) -> str:
        """Return what the texts of this draft have cost so far; empty before anything was sent."""
        from assistant.adapters import prices

        spent = self.draft.writer.spent
        if spent == Usage():
            return ""
        connection = self.draft.models.get(self.draft.session.workspace)
        price = prices.estimate(connection.name, base_url=connection.base_url, usage=spent)
        return cost.after(spent, price, local=connection.local)

    def estimate(self) -> None:
        """Work out what it would cost to have the rest written, and tell the pages; it reads the series."""
        workspace, shown = self.draft.session.workspace, self.draft.session.review.shown
        gaps = {slot.gap for slot in shown if not slot.versions and slot.phase is not Phase.WRITTEN}
        basis = (workspace.draft.data, workspace.settings, frozenset(gaps))
        if self._cost[0] == basis or not gaps:
            return
        try:
            connection = expected_connection(workspace.settings)
            job = prepare_job(workspace, connection=connection)
            run = Run(workspace, [gap for gap in workspace.gaps if gap.id in gaps], job, connection)
            entry = model_to_fetch(workspace.settings)
            fetch = f", which will be fetched first ({entry.size / 1e9:.1f} GB, once)" if entry else ""
            line = f"{one_line(connection.name)}{fetch}: {run.before()}"
        except AssistantError as error:
            line = str(error)
        self._cost = (basis, line)
        self.draft.wake()


class View:
    """One page: what it was told so far."""

    def __init__(self, sheet: Sheet) -> None:
        """Begin with a page that shows nothing."""
        self.sheet = sheet
        self.manuscript: Manuscript | None = None
        self.pieces: dict[str, tuple[Slot, Place]] = {}
        self.told = ""
        self.heard = len(sheet.draft.notices)

    def whole(self) -> Fragments:
        """Return the page as it is now."""
        self.manuscript, self.pieces = self.sheet.now()
        self.told = self.sheet.bar()
        return Fragments(self.sheet.html(self.manuscript, self.pieces), self.told)

    def changes(self) -> list[Change]:
        """Return what is new since the last call."""
        manuscript, pieces = self.sheet.now()
        changes: list[Change] = []
        layout = [(key, place) for key, (_, place) in pieces.items()]
        if manuscript is not self.manuscript or layout != [(k, p) for k, (_, p) in self.pieces.items()]:
            changes.append(("page", self.sheet.html(manuscript, pieces)))
        else:
            cards, streams = self._changed(manuscript, pieces)
            changes += [("pieces", cards)] * bool(cards) + [("stream", streams)] * bool(streams)
        self.manuscript, self.pieces = manuscript, pieces
        bar = self.sheet.bar()
        if bar != self.told:
            changes.append(("bar", bar))
            self.told = bar
        notices = self.sheet.draft.notices
        if len(notices) > self.heard:
            changes.append(("said", "; ".join(map(one_line, notices[self.heard :]))))
            self.heard = len(notices)
        return changes

    def _changed(
        self, manuscript: Manuscript, pieces: dict[str, tuple[Slot, Place]]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the cards that changed, and what was added to texts that are being written."""
        cards, streams = {}, {}
        for number, (key, (slot, place)) in enumerate(pieces.items(), 1):
            old = self.pieces[key][0]
            if old is slot:
                continue
            goes_on = old.phase is slot.phase is Phase.WRITING and old.read == slot.read
            if goes_on and slot.said.startswith(old.said):
                streams[key] = markdown.clean(slot.said[len(old.said) :])
            else:
                cards[key] = self.sheet.card(manuscript, slot, place, number)
        return cards, streams


class Fragments(NamedTuple):
    """The two parts of a page that change."""

    draft: str
    bar: str


def help_rows() -> list[tuple[str, str]]:
    """Return each key with what it does on a page."""
    left_out = ("E",)  # a page has no editor of its own but `e`
    return [(key.sign or key.key, key.sentence) for key in KEYS if key.key not in left_out]


def _missing(slots: tuple[Slot, ...]) -> int:
    return sum(not slot.versions and slot.phase is not Phase.WRITTEN for slot in slots)


def _about(slot: Slot) -> list[str]:
    """Return where a text came from, in words."""
    version = slot.version
    if version is None:
        return []
    usage = version.usage
    counted = f"{usage.prompt_tokens} tokens read, {usage.completion_tokens} written"
    return [
        *([f"version {slot.choice.at + 1} of {len(slot.versions)}"] * (len(slot.versions) > 1)),
        *([f"instruction: {one_line(version.guidance)}"] * bool(version.guidance)),
        *([one_line(version.model)] * bool(version.model)),
        *([counted] * bool(usage.prompt_tokens or usage.completion_tokens)),
        *([f"{version.seconds:.1f} s"] * bool(version.seconds)),
    ]
