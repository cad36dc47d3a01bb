"""The author's way through the pieces of some drafts: where they are, and what each command does there.

Full screen, line-by-line session and agent panel are views of this: they call a command for each key and show
the state. A command returns a line to show, empty where the new state says enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from assistant.app import report
from assistant.app.asking import place_of
from assistant.app.report import WithKeys
from assistant.app.session import Outcome, Session
from assistant.app.writer import Models, Writer
from assistant.core.hunks import passages, split
from assistant.core.hunks.apply import apply, without_overlaps
from assistant.core.hunks.doubts import Doubt
from assistant.core.review import cursor, decide, events, old_places, settle
from assistant.core.review.cursor import Cursor
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.display import command, counted, one_line, without_control
from assistant.core.types import Gap, Hunk, Prompt, Verdict

if TYPE_CHECKING:
    from assistant.app.run import Run

NO_TEXT = "no text here yet"
IN_DRAFT = "written already; it is in your draft"
NO_QUESTION = "no question in this piece"
ANSWERED = WithKeys("a question for you", "f answers it, r leaves it as it is")
NO_DOUBT = "no question and no warning in this piece"
NO_TEXTS = WithKeys("nothing else to decide", "j and k go to pieces without a text, t asks for one again")
SUPPORT = "your passages that support the text"
ONLY_THIS = "no other piece is left to decide"
ALL_DECIDED = WithKeys("nothing left to decide", "w writes what was accepted")
MOVED = WithKeys("the draft changed here, so this can't be applied", "t retries, r leaves it as it is")


class Reviewer:
    """One author, who looks at one piece at a time."""

    def __init__(
        self,
        sessions: Sequence[Session],
        writers: Sequence[Writer],
        *,
        out: str = "",
        waits: bool = False,
        known_failure: str = "",
    ) -> None:
        """Take the sessions, and the writer of each.

        `out` is a file to write to instead of the draft. A view that `waits` goes to pieces whose text is
        still to come as well. `known_failure` is why the draft could not be read, which the author knows.
        """
        self.sessions, self.writers = sessions, writers
        self.out, self.waits = out, waits
        self.at: Cursor = (0, "")
        self.failures: list[tuple[Session, events.Failed]] = []
        """Every text that failed so far, stopped ones left out."""
        self.outcomes: list[Outcome] = []
        """The outcome of each write."""
        self._reported, self._reasons = 0, report.Reasons(known_failure)
        self._doubted: tuple[Cursor, int, int] = ((0, ""), 0, 0)
        """The piece, how many doubts it had, and which of them is looked at."""
        for session in sessions:
            session.subscribe(partial(self._listen, session))

    @classmethod
    def for_run(cls, run: Run) -> Reviewer:
        """Return a review of a run's draft as it was left, for a view that waits for texts."""
        session = run.open(stored=not run.out)
        run.missing(session, asks=True)
        writer = Writer(session, Models.of(run.connection, run.budget), job=run.job)
        return cls([session], [writer], out=run.out, waits=True, known_failure=run.reading_failure)

    def _listen(self, session: Session, event: events.Event) -> None:
        if isinstance(event, events.Failed) and not event.stopped:
            self.failures.append((session, event))

    def new_failures(self) -> list[str]:
        """Return lines on the texts of the first draft that failed since the last call, each reason once."""
        lines, name = [], self.sessions[0].workspace.name
        for session, event in (new := self.failures[self._reported :]):
            piece = session.review.piece(event.key)
            line = session.line(piece.anchor) if piece else 1
            lines.append(self._reasons.first(line, event.message))
        self._reported += len(new)
        return [f"{name}:{line}" for line in (*filter(None, lines), *self._reasons.rest())]

    def begin(self, gaps: Iterable[Gap] | None = None) -> None:
        """Ask for texts for all gaps that have none (of `gaps`, in a review of one draft)."""
        for session, writer in zip(self.sessions, self.writers, strict=True):
            if not session.read_only:
                session.ask_facts(gaps)
                writer.begin(gaps)
        self.at = self._onward() or cursor.kept(self._reviews, self.at)

    # ---- where the author is ----------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session of the draft that is looked at."""
        return self.sessions[self.at[0]]

    @property
    def writer(self) -> Writer:
        """The writer of the draft that is looked at."""
        return self.writers[self.at[0]]

    @property
    def review(self) -> Review:
        """The state of the draft that is looked at."""
        return self.session.review

    @property
    def piece(self) -> Piece | None:
        """The piece that is looked at; None where there is none."""
        self.at = cursor.kept(self._reviews, self.at)
        return self.review.piece(self.at[1])

    @property
    def _reviews(self) -> list[Review]:
        return [session.review for session in self.sessions]

    @property
    def waiting(self) -> bool:
        """True while the text of the piece is still to come."""
        piece = self.piece
        return piece is not None and cursor.is_pending(piece) and self.writer.busy

    @property
    def busy(self) -> bool:
        """True while anything is being written or waits to be."""
        return any(writer.busy for writer in self.writers)

    @property
    def reading(self) -> bool:
        """True while a model reads any draft for gaps: that may bring more pieces."""
        return any(writer.reading for writer in self.writers)

    @property
    def unread(self) -> list[str]:
        """A line for each reason why the model could not read drafts."""
        return list(dict.fromkeys(writer.unread for writer in self.writers if writer.unread))

    @property
    def done(self) -> bool:
        """True when nothing is undecided and no text is to come."""
        return cursor.onward(self._reviews, self.at, pending=self.busy) is None

    def _onward(self) -> Cursor | None:
        return cursor.onward(self._reviews, self.at, pending=self.waits and self.busy)

    def _advance(self) -> str:
        self.at = self._onward() or cursor.kept(self._reviews, self.at)
        return ""

    def next(self) -> str:
        """Go to the next undecided piece."""
        place = self._onward()
        if place in (None, self.at):
            failed = any(piece.phase in (Phase.FAILED, Phase.STOPPED) for piece in self.review.shown)
            return NO_TEXTS if failed else ONLY_THIS if place else ALL_DECIDED
        return self._advance()

    def move(self, step: int) -> str:
        """Go `step` pieces down, or up where it is negative."""
        places = cursor.places(self._reviews)
        if places:
            now = places.index(self.at) if self.at in places else 0
            self.at = places[max(0, min(now + step, len(places) - 1))]
        return ""

    # ---- deciding ---------------------------------------------------------------------------------

    def accept(self) -> str:
        """Accept the piece, unless its place is gone, or it asks for a fact and has no answer yet."""
        if (piece := self.piece) and piece.is_fact and piece.doubts:
            return ANSWERED
        if piece and piece.unplaced:
            return self.follow(self.session) or self._moved(piece)
        return self._decide(Verdict.ACCEPTED, unchanged="already accepted")

    def reject(self) -> str:
        """Reject the piece; its text stays to be read and brought back."""
        return self._decide(Verdict.REJECTED, unchanged="already rejected")

    def edit(self, text: str | None) -> str:
        """Accept the piece with the author's own words, as an editor gave them; None where it failed."""
        piece = self.piece
        if piece is None or piece.hunk is None or piece.phase is Phase.WRITTEN:
            return self._undecidable()
        if text is None:
            return "the editor failed, nothing changed; set VISUAL or EDITOR to one that works"
        if not text.strip():
            return "the text came back empty, nothing changed"
        if text.strip() == piece.words.strip():  # left without writing, as with `:q!`
            return WithKeys("nothing changed in the editor", "a accepts the text as it is")
        whole = split.with_body(piece.hunk, text, newline=self.session.workspace.draft.newline)
        if piece.part_of and not self.review.is_left(piece):
            whole = whole.strip(b"\r\n")
        return self._decide(Verdict.EDITED, whole)

    def _decide(self, verdict: Verdict, text: bytes = b"", *, unchanged: str = "") -> str:
        piece = self.piece
        if piece is None or piece.version is None or piece.phase is Phase.WRITTEN:
            return self._undecidable()
        line = self._apply(events.Decided(piece.key, verdict, text, piece.version.proposal), unchanged)
        if not line:
            self._advance()
        return line

    def _undecidable(self) -> str:
        return IN_DRAFT if (piece := self.piece) and piece.phase is Phase.WRITTEN else NO_TEXT

    def _apply(self, event: events.Event, unchanged: str) -> str:
        """Make an event happen; a piece whose place changed a moment ago is shown first."""
        if (line := self.follow(self.session)) and (piece := self.piece) and piece.unplaced:
            return line
        before = self.review
        return unchanged if self.session.apply(event) is before else ""

    def accept_rest(self) -> str:
        """Accept all that is undecided and has no warnings."""
        moved = self.follow(self.session)
        here = f" in {self.session.workspace.name}" if len(self.sessions) > 1 else ""
        line = self._apply(decide.rest(self.review), f"nothing undecided without warnings{here}")
        self._advance()
        return moved or line

    def show_version(self, step: int) -> str:
        """Show the next version of the piece, or the one before where `step` is -1."""
        return self._apply(events.Shown(self.at[1], step), WithKeys("only one version", "t asks for another"))

    def split(self) -> str:
        """Decide the piece paragraph by paragraph, or bullet by bullet."""
        if (piece := self.piece) is None or not piece.versions:
            return NO_TEXT
        return self._apply(events.Split(piece.key), "one paragraph: nothing to split")

    def undo(self) -> str:
        """Take the last decision back, and go where it was made."""
        return self._travel(events.Undone(), "nothing to undo")

    def redo(self) -> str:
        """Make the decision again that was taken back last."""
        return self._travel(events.Redone(), "nothing to redo")

    def _travel(self, event: events.Undone | events.Redone, unchanged: str) -> str:
        line = self._apply(event, unchanged)
        if not line:
            done = self.review.future if isinstance(event, events.Undone) else self.review.past
            self.at = (self.at[0], done[-1][0][0])
        return line

    # ---- questions and doubtful sentences ---------------------------------------------------------

    @property
    def doubt(self) -> Doubt | None:
        """The question or doubtful sentence of the piece that is looked at; None where there is none.

        A piece whose place is gone has none: an answer would be kept out with it.
        """
        piece = self.piece
        if piece is None or piece.unplaced or piece.phase is not Phase.READY or not (doubts := piece.doubts):
            return None
        if self._doubted[:2] != (self.at, len(doubts)):
            return doubts[0]
        return doubts[self._doubted[2] % len(doubts)]

    @property
    def question(self) -> Doubt | None:
        """The question that `answer` puts words in: the one looked at, else the piece's first."""
        piece = self.piece
        doubts = [self.doubt, *piece.doubts] if piece and not piece.unplaced else []
        return next((one for one in doubts if one and one.is_question), None)

    def _none(self, said: str) -> str:
        """Return why there is no doubt to settle: `said`, where the piece has its place."""
        return self._moved(piece) if (piece := self.piece) and piece.unplaced else said

    @staticmethod
    def _moved(piece: Piece) -> str:
        """Return why a piece whose place is gone can't be applied."""
        return report.SHOWS_OUTDATED if piece.shows_outdated else MOVED

    def next_doubt(self) -> str:
        """Go to the piece's next question or doubtful sentence, round the end."""
        doubt, piece = self.doubt, self.piece
        if doubt is None or piece is None:
            return self._none(NO_DOUBT)
        self._doubted = (self.at, len(piece.doubts), piece.doubts.index(doubt) + 1)
        return ""

    def answer(self, words: str) -> str:
        """Put the author's words into the place of the question; none leave it as it is."""
        piece, doubt = self.piece, self.question
        if piece is None or doubt is None:
            return self._none(NO_QUESTION)
        if not (words := without_control(words).strip()):
            return "left as a question"
        newline = self.session.workspace.draft.newline
        line = self._apply(settle.answer(piece, doubt, words, newline=newline), NO_TEXT)
        now = self.review.piece(piece.key)
        return line or (self.accept() if now and now.is_fact and not now.doubts else "")

    def ask_instead(self) -> str:
        """Make the doubtful sentence a question to the author."""
        if (doubt := self.doubt) and doubt.is_question:
            return WithKeys("a question already", "f answers it")
        return self._settle(settle.ask_instead)

    def drop(self) -> str:
        """Take the doubtful sentence, or the one with the question, out of the piece."""
        if self.doubt and (piece := self.piece) and piece.is_fact:
            return ANSWERED
        return self._settle(settle.drop)

    def _settle(self, how: Callable[[Piece, Doubt], events.Event | None]) -> str:
        piece, doubt = self.piece, self.doubt
        if piece is None or doubt is None:
            return self._none(NO_DOUBT)
        event = how(piece, doubt)
        return self._apply(event, NO_TEXT) if event else settle.refused(doubt)

    def approve(self) -> str:
        """Remember that the sentence is true, or the words are fine, and no longer warn about them."""
        piece, doubt = self.piece, self.doubt
        event = settle.approve(piece, doubt) if piece and doubt else None
        return self._apply(event, "remembered already") if event else self._none("no warning in this piece")

    def fit(self, words: str) -> str:
        """Ask for another sentence: with the author's words, or without what is doubtful."""
        piece, doubt = self.piece, self.doubt
        if piece is None or doubt is None:
            return self._none(NO_DOUBT)
        if piece.is_fact:
            return WithKeys("only you know what belongs here", "f puts your words in")
        self.writer.rewrite(piece.key, doubt, without_control(words).strip())
        return ""

    def dismiss(self) -> str:
        """Remember that nothing is missing where the piece belongs, and no longer list that place."""
        piece, session = self.piece, self.session
        gap = next((one for one in session.workspace.gaps if piece and one.id == piece.gap), None)
        if gap is None:
            return "no gap here any more"
        for one in session.review.pieces:
            if one.gap == gap.id:
                self.writer.stop(one.key)
        session.dismiss(gap)
        self._advance()
        return f"dismissed; to list it again: {command('locate --forget', session.workspace.name)}"

    # ---- texts ------------------------------------------------------------------------------------

    def retry(self, guidance: str = "") -> str:
        """Ask for another text; the model is shown the rejected one and the author's words."""
        piece = self.piece
        if piece and self.review.is_left(piece):
            return WithKeys("the rest of this text is in your draft", "e edits this part, r leaves it out")
        place = place_of(self.session.workspace, piece.key, piece) if piece and piece.is_fact else None
        if piece and piece.is_fact and not (place and place[0].fillable):
            return WithKeys("only you know what belongs here", "f puts your words in")
        key = self.writer.retry(piece.key, guidance) if piece else ""
        self.at = (self.at[0], key or self.at[1])
        if not key and piece and piece.key in self.session.on_offer:
            return WithKeys("you changed this text in your editor", "e edits it, r leaves your own words")
        if key or not (piece and piece.unplaced):
            return ""
        is_deleted = old_places.is_deleted(piece, self.review.base)
        return f"{'it was deleted' if is_deleted else 'your own words stand in its place'}: nothing to write"

    def revise(self, where: str, instruction: str) -> str:
        """Revise finished text: the blocks at lines such as `12:20`, or around some of their words.

        Raises `UsageError` where the draft has no such place.
        """
        if not (instruction := without_control(instruction).strip()):
            return "say what to change"
        moved = self.follow(self.session)
        span = passages.named(self.session.workspace.draft, where)
        key = self.writer.revise(span, instruction)
        self.at = (self.at[0], key or self.at[1])
        return moved if key else "being written, or written already"

    def stop(self) -> str:
        """Stop the writing of the piece."""
        piece = self.piece
        if piece is None or not cursor.is_pending(piece):
            return "nothing is being written here"
        self.writer.stop(piece.key)
        return "stopping …"

    def stop_all(self) -> str:
        """Stop everything that is being written."""
        for writer in self.writers:
            writer.stop()
        return "stopping …"

    def prompts(self) -> tuple[Prompt, ...]:
        """Return what is sent for the piece."""
        piece = self.piece
        return self.writer.prompts(piece.part_of or piece.key) if piece else ()

    def sent(self) -> list[tuple[str, str]]:
        """Return what is sent for the piece, role and words, behind the passages that support its text."""
        messages = [(m.role, m.content) for prompt in self.prompts() for m in prompt.messages]
        support = self.writer.passages(self.piece) if self.piece else ""
        return [(SUPPORT, support)] * bool(support) + messages

    # ---- the files --------------------------------------------------------------------------------

    def follow(self, session: Session) -> str:
        """Look whether a draft's file changed in another program, and follow it. Raises `InputError`."""
        if not session.may_have_changed():
            return ""
        if session.catch_up():
            lost = sum(piece.unplaced for piece in session.review.shown)
            moved = f"; {counted(lost, 'piece')} lost {'its' if lost == 1 else 'their'} place" if lost else ""
            return "the draft changed in another program" + moved
        return f"{session.workspace.name} is gone; your decisions are kept" if session.gone else ""

    def preview(self) -> bytes:
        """Return the draft as it would be written now."""
        return apply(self.review.base, self.changes())

    def changes(self) -> tuple[Hunk, ...]:
        """Return the hunks that would be written now."""
        return without_overlaps(self.review.accepted())[0]

    def write(self, *, brief: bool = False) -> list[str]:
        """Write what was accepted in every draft that has something to write, and return lines on it.

        Raises `WriteError` and `StoreError`; then the draft in question is as it was.
        """
        lines = []
        for session in self.sessions:
            if session.to_write:
                self.outcomes.append(outcome := session.write(out=self.out))
                session.may_have_changed()
                name = one_line(self.out or session.workspace.name)
                lines += report.outcome(session.workspace.draft, outcome, name=name, brief=brief)
        return lines
