"""The review as simple prompts, line after line: for screen readers, dumb terminals and logs.

Nothing moves the cursor or colours anything; every question is a line, and so is every answer.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence

from assistant.adapters import editor
from assistant.app.session import Session
from assistant.app.writer import Writer
from assistant.core.hunks import diff, split
from assistant.core.hunks.apply import apply
from assistant.core.review import decide, events
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line, visible
from assistant.core.types import Verdict
from assistant.errors import AssistantError

HELP = """\
a  accept                 r  refuse                    e  edit in $VISUAL or $EDITOR
t  write it again         i WORDS  write it again with a word of yours
v  next version           V  version before            s  split into paragraphs or bullets
u  undo                   U  redo                      A  accept the rest that has no warnings
j  next piece             k  piece before              n  next undecided piece
p  the prompt             d  the whole draft           w  write what was accepted
l  list all pieces        q  leave; nothing is lost    ?  this help"""

_PATIENCE = 0.1
"""Seconds between two looks at what a model writes."""


def session(sessions: Sequence[Session], writers: Sequence[Writer], mark: bool) -> None:
    """Effect: goes through the drafts one after the other."""
    gc.enable()
    for one, writer in zip(sessions, writers, strict=True):
        if not _Plain(one, writer, mark).work():
            return


class _Plain:
    def __init__(self, session: Session, writer: Writer, mark: bool) -> None:
        self.session, self.writer, self.mark = session, writer, mark
        self.at = ""

    def work(self) -> bool:
        """Ask about every piece of the draft; False when the author leaves."""
        name = one_line(self.session.workspace.name)
        if not self.session.read_only:
            self.writer.ask(self.session.missing())
        shown = self.session.review.shown
        if not shown:
            _say(f"{name}: nothing in it is unwritten.")
            return True
        _say(f"{name}: {len(shown)} pieces.")
        self.at = self.session.review.next_undecided() or shown[0].key
        while True:
            self._wait()
            slot = self._slot()
            if slot is None:
                return True
            self._tell(slot)
            _say("What now? a, r, e, t, i, v, s, u, n, w, q, or ? for help:")
            line = sys.stdin.readline()
            if not line:
                self.writer.stop()
                return False
            if not self._answer(line.strip()):
                self.writer.stop()
                return False
            if self.at == "done":
                return True

    def _slot(self) -> Slot | None:
        shown = self.session.review.shown
        if not any(s.key == self.at for s in shown):
            before = self.at.partition("/")[0]
            self.at = next(
                (s.key for s in shown if before in (s.part_of, s.key)), shown[0].key if shown else ""
            )
        return self.session.review.slot(self.at)

    def _wait(self) -> None:
        """Effect: waits until there is something to decide here."""
        said = False
        while True:
            slot = self._slot()
            if slot is None or slot.phase not in (Phase.WAITING, Phase.WRITING) or not self.writer.busy:
                return
            if not said:
                _say("It is being written …")
                said = True
            time.sleep(_PATIENCE)

    def _tell(self, slot: Slot) -> None:
        draft = self.session.workspace.draft
        shown = self.session.review.shown
        number = next(i for i, s in enumerate(shown, 1) if s.key == slot.key)
        line = draft.line(slot.anchor)
        heading = next((h for h in reversed(draft.headings) if h.span.start <= slot.anchor), None)
        where = one_line(heading.text) if heading else "the beginning"
        state = slot.verdict.value if slot.phase is Phase.READY else slot.phase.value
        _say("")
        _say(f"Piece {number} of {len(shown)}, under “{where}”, line {line}: {state}.")
        if slot.lost:
            _say("The draft changed here, so this can't be put in; t has it written anew.")
        if slot.hunk is None:
            _say(f"There is no text: {one_line(slot.said) or 'nobody wrote it yet'}.")
            return
        for piece in diff.words(slot.hunk.original.decode(), slot.text.decode()):
            label = {"same": "stays", "gone": "goes", "new": "comes"}[piece.op]
            if piece.text.strip():
                _say(f"{label}: {visible(piece.text.strip())}")
        for warning in slot.hunk.warnings:
            words = slot.hunk.replacement[warning.start : warning.end].decode("utf-8", "replace")
            _say(f"warning: {one_line(warning.message)}: “{one_line(words)}”")
        for note in slot.hunk.notes:
            _say(f"note: {one_line(note)}")

    def _answer(self, line: str) -> bool:
        """Effect: does what a line says; False to leave."""
        key, _, rest = line.partition(" ")
        try:
            if self.session.touched() and self.session.catch_up():
                _say("The draft changed in another program.")
                if key in ("a", "r", "e", "s") and (slot := self._slot()) and slot.lost:
                    return True
            return self._do(key, rest.strip())
        except AssistantError as error:
            _say(one_line(str(error)))
            return True

    def _do(self, key: str, rest: str) -> bool:
        found = self.session.review
        if key == "A" and self.writer.busy:
            _say("The rest is being written …")
            while self.writer.busy:
                time.sleep(_PATIENCE)
            found = self.session.review
        event = decide.event_for({"U": "ctrl+r"}.get(key, key), found, self.at)
        if event is not None:
            after = self.session.apply(event)
            if after is found:
                _say("Nothing changed.")
            elif key in ("a", "r", "A"):
                self._go_on()
            elif key in ("u", "U"):
                self.at = (after.future if key == "u" else after.past)[-1][0][0]
            return True
        slot = self._slot()
        if key == "q":
            return False
        if key == "w":
            self._write()
        elif key == "e" and slot and slot.hunk:
            self._edit(slot)
        elif key in ("t", "i") and slot and slot.phase is not Phase.WRITTEN:
            self.at = self.writer.retry(slot.key, rest) or self.at
        elif key in ("j", "k"):
            keys = [s.key for s in found.shown]
            by = 1 if key == "j" else -1
            self.at = keys[max(0, min(keys.index(self.at) + by, len(keys) - 1))]
        elif key == "n":
            self._go_on()
        elif key == "p" and slot:
            for one in self.writer.prompts(slot.part_of or slot.key):
                for message in one.messages:
                    _say(f"--- {message.role}\n{visible(message.content)}")
        elif key == "d":
            _say(visible(apply(found.base, found.accepted()[1]).decode()))
        elif key == "l":
            for number, shown in enumerate(found.shown, 1):
                state = shown.verdict.value if shown.phase is Phase.READY else shown.phase.value
                _say(f"{number}. {state}: {one_line(shown.text.decode())[:60]}")
        else:
            _say(HELP)
        return True

    def _go_on(self) -> None:
        found = self.session.review.next_undecided(self.at)
        if found is not None:
            self.at = found
            return
        waiting = next(
            (s.key for s in self.session.review.shown if s.phase in (Phase.WAITING, Phase.WRITING)), ""
        )
        if waiting and self.writer.busy:
            self.at = waiting
        else:
            _say("Nothing is undecided any more; w writes what was accepted, q leaves.")

    def _edit(self, slot: Slot) -> None:
        assert slot.hunk is not None
        text = editor.edit(split.body(slot.text))
        if text is None:
            _say("The editor failed, so nothing was decided; set VISUAL or EDITOR to one that works.")
        elif not text.strip():
            _say("The text came back empty, so nothing was decided.")
        else:
            newline = self.session.workspace.draft.newline
            whole = split.with_body(slot.hunk.replacement, text, newline=newline)
            version = slot.versions[slot.choice.at]
            self.session.apply(events.Decided(slot.key, Verdict.EDITED, whole, version.proposal))
            self._go_on()

    def _write(self) -> None:
        outcome = self.session.write(mark=self.mark)
        self.session.touched()
        whole, done = (sum(not h.follows for h in some) for some in (outcome.wanted, outcome.written))
        _say(f"Wrote {done} of {whole} pieces to {one_line(self.session.workspace.name)}.")
        if outcome.cleared:
            _say("Took out what your editor had saved undecided.")
        for conflict in outcome.conflicts:
            _say(f"Kept out ({conflict.reason}): {one_line(conflict.hunk.replacement.decode())}")
        if not any(s.phase is not Phase.WRITTEN for s in self.session.review.shown):
            self.at = "done"


def _say(text: str) -> None:
    """Effect: prints a line at once."""
    print(text, flush=True)
