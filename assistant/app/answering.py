"""Gets one usable text from the model: ask, clean, check, and ask again where it must."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.core.answer.reasons import Fault, fault_of
from assistant.core.hunks.container import taken
from assistant.core.hunks.doubts import unapproved
from assistant.core.hunks.line_width import wrapped
from assistant.core.hunks.make import hunk_for, reaches_beyond
from assistant.core.prompt import surroundings
from assistant.core.prompt.chat_tokens import escape_messages
from assistant.core.prompt.rejected_text import letters, rejected, without_rejected
from assistant.core.review.decide import key_for
from assistant.core.text import questions
from assistant.core.text.display import one_line
from assistant.core.text.list_style import ANY
from assistant.core.text.lists import items
from assistant.core.text.words import count_words
from assistant.core.types import (
    UNSUPPORTED,
    Answer,
    Expanded,
    Failed,
    GapKind,
    Hunk,
    Message,
    Partial,
    Prompt,
    Reply,
    Request,
    Usage,
    Warning,
)
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.core.answer.expected import Expected
    from assistant.core.checks import Context
    from assistant.core.model import Model

FROM_SOURCES = "written with "
"""Begins the note that names the author's sources."""
_MAX_NAMED = 4
"""Excerpts that the note names one by one."""
_VERDICT_WORDS = 60
"""Room for a list of sentences in JSON."""
_FEW_WORDS = 20
"""Most words that a request for a clause asks for, and that a note has which a request names."""
_SHORT_WORDS = 80
"""Words below which a text gets twice the room once its answer was cut off and nothing was left of it."""
TRIES = 4
"""Requests for one text, each with another seed, before its gap is reported as not expanded."""
_LASTING = (Fault.DECLINED, Fault.EDIT)
"""Faults that come again where they came twice."""


@dataclass
class Answering:
    """One text that is asked for, with what has arrived of it so far."""

    job: Job
    prompt: Prompt
    model: Model
    attempt: int
    """How many times the author asked for this text before; each time has seeds of its own."""
    guidance: str
    tell: Callable[[Partial], None]
    """Called with text as it is written, and with how much of the prompt is read where the model says so."""
    keep: Callable[[Expanded], None]
    """Called with the best text so far, in case the author stops while more is asked for."""
    stopped: Callable[[], bool]
    _usage: Usage = field(default_factory=Usage)
    _reason: str = ""
    """Why the last answer can't be used."""
    _request: str = ""
    """The request as it was first, once another one was sent."""
    _replies: list[Reply] = field(default_factory=list)
    _texts: list[Expanded] = field(default_factory=list)
    """What can be used, the texts that had not to be cut and have the fewest warnings first."""

    def result(self) -> Expanded | Failed:
        """Ask until a text can be used, or until that was tried often enough.

        Raises `ModelError` when the model gives nothing at all.
        """
        received = 0
        for again in range(TRIES):
            if again:
                self._show(restarts=True)
            try:
                replies = self._ask(again, count=1 if again else self.job.settings.alternatives)
            except ModelError as error:
                if not again:
                    raise
                if self._texts:
                    break
                # A batch answers once, and has nothing to say on the second request.
                then = f"; then: {error}" if str(error) else ""
                return self._failed(f"{self._none()}{then}", error.exit_code)
            received = received or len(replies)
            self._take(replies, may_repeat=again > 1)
            if self._texts and (again or not (fault := self._fault(self._texts[0]))):
                break
            if again and not self._texts and self._reason in _LASTING:
                break
            self._say_what_was_wrong(fault if self._texts else self._reason, alone=again > 0)
        if not self._texts:
            return self._failed(self._none(), 1)
        self._ask_for_more(received)
        return self._verified(self._best()) if self.job.settings.verify else self._best()

    def _verified(self, best: Expanded) -> Expanded | Failed:
        """Ask the model which sentences of its text nothing supports, and mark them."""
        from assistant.core.answer import verification

        (hunk,) = best.hunks
        places = verification.sentences(hunk)
        if self.stopped() or not places:
            return best
        values = {
            "excerpts": self.prompt.excerpts,
            "sentences": [one_line(hunk.replacement[start:end].decode()) for start, end in places],
        }
        question = Message("user", self.job.templates.render("verify", **values))
        shown = self.prompt.messages[: self.prompt.shared]
        request = Request(
            (*shown, *escape_messages([question])),
            max_tokens=self.job.answer_tokens(_VERDICT_WORDS),
            seed=_seed(self.prompt, self.attempt),
            shared=self.prompt.shared,
            stopped=self.stopped,
            schema=verification.SCHEMA,
        )
        try:
            reply = self.model.answer(request)[0]
            self._usage = self._usage + reply.usage
            hunk = verification.doubted(hunk, reply.text)
        except (ModelError, ValueError) as error:
            hunk = replace(hunk, notes=(*hunk.notes, f"not verified: {error}"))
        hunk = replace(hunk, warnings=unapproved(hunk, self.job.approvals))
        if self.job.settings.strict and hunk.warnings:
            return self._failed(f"{hunk.warnings[0].message} (--strict)", 1)
        return replace(best, hunks=(hunk,), usage=self._usage)

    def _fault(self, text: Expanded) -> str:
        """Return what is wrong with a text that can be used, if another one may be better."""
        (hunk,) = text.hunks
        for fault in (Fault.CODE, Fault.LONG):
            if fault in hunk.notes:
                return fault
        written = hunk.replacement.decode()
        listed = count_words(" ".join(item.text for item in items(written))) > count_words(written) / 2
        form = self.prompt.form if self.prompt.gap.kind is GapKind.EMPTY_SECTION else ""
        if form == "prose" and listed and self.job.voice.lists == ANY:  # of an author who writes no lists
            return Fault.LISTED
        return Fault.UNLISTED if form == "list" and not listed else ""

    def _say_what_was_wrong(self, reason: str, *, alone: bool) -> None:
        """Have the next request end in what to do otherwise, and go without the text around if `alone`."""
        prompt, gap = self.prompt, self.prompt.gap
        if alone:
            prompts = self.job.prompts(gap, guidance=self.guidance, alone=True)
            prompt = next((one for one in prompts if one.target == prompt.target), prompt)
        draft, place = self.job.draft, prompt.target or gap.span
        is_inline = prompt.target is not None or surroundings.is_inline(draft, gap)
        has_words = prompt.target is not None or gap.kind is GapKind.NOTES
        own = one_line(surroundings.stub(draft, place)) if has_words else ""
        note = surroundings.note(draft, gap) or own
        heading = gap.heading_path[-1] if gap.heading_path else ""
        *before, last = prompt.messages
        self._request = last.content if alone or not self._request else self._request
        remedy = self.job.templates.render(
            "again",
            fault=fault_of(reason),
            reason=reason,
            subject=note if is_inline and 0 < count_words(note) <= _FEW_WORDS else heading,
            inline=is_inline,
            sentence=surroundings.sentence_around(draft, gap) or ("", ""),
            language=self.job.shared.language,
            fewest=prompt.words[0],
            most=prompt.words[1],
        )
        last = replace(last, content=f"{self._request}\n{remedy}".strip())
        self.prompt = replace(prompt, messages=(*before, *escape_messages([last])))

    def _expected(self) -> Expected:
        from assistant.core.answer.expected import NO_PHRASES, expected_answer  # no start needs its patterns

        job = self.job
        names = (self.prompt.gap.kind.value, "draft", "example")
        labels = [label for name in names for label in job.templates.labels(name)]
        return expected_answer(
            job.draft,
            self.prompt,
            labels=labels,
            language_name=job.settings.language,
            lists=job.voice.lists,
            spellings=job.spellings,
            offered=self._others(),
            phrases=job.lists.patterns if job.lists else NO_PHRASES,
            open_ends=job.lists.open_ends if job.lists else {},
            openers=job.openers,
        )

    def _others(self) -> list[str]:
        """Return the texts on offer for the draft's other places."""
        place = (self.prompt.gap.id, self.prompt.target)
        return [text for other, text in self.job.offered.items() if other != place]

    def _ask(self, again: int, *, count: int = 1, more: int = 0) -> tuple[Reply, ...]:
        """Send one request for `count` texts; fewer may come.

        `more` counts on from the first seed: texts after the first are not shown as they are written.
        """
        is_lost = bool(again and self._replies[-1].finish == "length" and not self._texts)
        request = request_for(self.job, self.prompt, attempt=self.attempt * TRIES + again, is_lost=is_lost)
        return self.model.answer(
            replace(
                request,
                seed=request.seed + more,
                count=count,
                on_text=lambda text: None if more else self._show(text),
                on_reading=lambda done, whole: self._show(read=done / whole) if done < whole else None,
                stopped=self.stopped,
            )
        )

    def _show(self, text: str = "", *, restarts: bool = False, read: float = 1.0) -> None:
        self.tell(Partial(self.prompt.gap, self.prompt.target, text, restarts, read))

    def _ask_for_more(self, received: int) -> None:
        """Ask once more for each of the alternatives that the first request did not give."""
        for more in range(received, received + self.job.settings.alternatives - len(self._texts)):
            if self.stopped():
                return
            self.keep(self._best())
            try:
                self._take(self._ask(0, more=more), may_repeat=True)
            except ModelUnavailable:
                return
            except ModelError:
                continue  # there is a text to offer, and the next request may work

    def _usable(self, reply: Reply, *, may_repeat: bool) -> Hunk | None:
        """Return the hunk of a reply, or note the reason why there is none.

        With `may_repeat`, some faults are better than no text, such as saying what another text says.
        """
        from assistant.core.answer.cleanup import clean

        expected = self._expected()
        answer = clean(reply, expected=expected)
        hunk, self._reason = self._checked(answer)
        is_foreign = answer.reason == Fault.SCRIPT  # of which a warning tells
        if hunk or not may_repeat or not (is_foreign or expected.offered):
            return hunk
        hunk, self._reason = self._checked(
            clean(reply, expected=replace(expected, offered=(), any_script=True))
        )
        if is_foreign or not hunk:
            return hunk
        return replace(hunk, notes=(*hunk.notes, "another text for this draft says much the same"))

    def _take(self, replies: Sequence[Reply], *, may_repeat: bool) -> None:
        """Keep what can be used of some replies, each text once."""
        prompt, place = self.prompt, (self.prompt.gap.id, self.prompt.target)
        self._replies += replies
        if self.job.turns:
            self.job.turns.wait(key_for(prompt.gap, prompt.target), self.stopped)
        for reply in replies:
            self._usage = self._usage + reply.usage
            with self.job.offered_lock:  # two texts that come at once must not say the same either
                hunk = self._usable(reply, may_repeat=may_repeat)
                earlier = [text.hunks[0].replacement for text in self._texts]
                if hunk and hunk.replacement not in earlier:
                    text = Expanded(
                        prompt.gap,
                        (hunk,),
                        reply.model,
                        self._usage,
                        prompt.left_out,
                        excerpts=prompt.excerpts,
                    )
                    self._texts.append(text)
                    self.job.offered[place] = hunk.replacement.decode()
        self._texts.sort(
            key=lambda text: (bool(self._fault(text)), sum(len(hunk.warnings) for hunk in text.hunks))
        )

    def _best(self) -> Expanded:
        others = tuple(
            hunk for text in self._texts[1 : self.job.settings.alternatives] for hunk in text.hunks
        )
        return replace(self._texts[0], usage=self._usage, alternatives=others)

    def _none(self) -> str:
        """Say why there is no text."""
        is_revision = self.prompt.gap.kind is GapKind.REVISION
        reason, shown = self._reason, rejected(self.guidance)
        if shown and any(letters(shown) in letters(reply.text) for reply in self._replies):
            reason = "the model gave the text again that you turned down"
        return f"not {'revised' if is_revision else 'expanded'}: {reason}"

    def _failed(self, message: str, exit_code: int) -> Failed:
        """Report why there is no text, and drop the replies, so that the next run asks again."""
        prompt = self.prompt
        for reply in self._replies:
            reply.forget()
        return Failed(prompt.gap, message, exit_code, prompt.target, self._usage, prompt.left_out)

    def _material(self) -> tuple[str, ...]:
        """Return the note that names what the model was shown of the author's sources."""
        places = [excerpt.place for excerpt in self.prompt.excerpts]
        more = [f"{len(places) - _MAX_NAMED} more"] if len(places) > _MAX_NAMED else []
        return (f"{FROM_SOURCES}{', '.join([*places[:_MAX_NAMED], *more])}",) if places else ()

    def _checked(self, answer: Answer) -> tuple[Hunk | None, str]:
        """Return the hunk of an answer with its warnings, or the reason why there is none."""
        from assistant.core.answer.markup import without_foreign
        from assistant.core.answer.revised import fitted
        from assistant.core.answer.sentence_ends import whole
        from assistant.core.checks import check

        if not answer.text:
            return None, answer.reason
        job, draft, gap, target = self.job, self.job.draft, self.prompt.gap, self.prompt.target
        is_revision = gap.kind is GapKind.REVISION
        # What remarks of the draft ask for is among the facts already, which are made once for all gaps.
        is_asked_outright = is_revision and gap not in job.gaps
        asked = f"{gap.instruction} {self.guidance}" if is_asked_outright else self.guidance
        facts = job.facts(self.prompt, guidance=asked)
        old = surroundings.passage(draft, gap, target or gap.span) if is_revision else ""
        remark, text = draft.text(gap.span) if old else "", answer.text
        if remark:  # before comments go: a remark in one would leave its blank, as if something had changed
            mark = re.escape(remark)
            text = re.sub(rf"(?m)^[ \t]*{mark}[ \t]*\n?|[ \t]*{mark}", "", text).strip()
        notes: tuple[str, ...] = ()
        if not surroundings.code_language(draft, gap):  # inside a block of code, marks are code
            text, notes = without_foreign(text, context=facts, offered=self._others())
            text = whole(text) if notes and whole(answer.text) == answer.text else text
        if not surroundings.code_language(draft, gap):
            text = questions.from_placeholders(text, draft.body)
        if not text.strip():
            return None, "nothing was left of the answer once what isn't yours was removed"
        if old:
            text, missing = fitted(old, text, free=self._let_go(facts))
            if text == old:  # in other lines is a change: `split this paragraph`
                return None, "the answer changes nothing"
            # Where the author speaks of links, code or footnotes, those need not stay.
            if missing and not facts.pattern("revision.may go").search(self._instruction()):
                return (
                    None,
                    f"the answer lost {one_line(missing[0])}; where it may go, say so in the instruction",
                )
        hunk = hunk_for(
            draft,
            gap,
            text=text,
            target=target,
            notes=(*answer.notes, *notes, *self._material()),
            sign=job.voice.lists.joint,
        )
        if not surroundings.code_language(draft, gap):
            hunk = wrapped(draft, hunk, width=job.width)
        if reaches_beyond(draft, hunk):
            return None, "the answer would change how the rest of the draft reads"
        stub = surroundings.stub(draft, target) if target is not None and not old else ""
        goes = hunk.original.decode()  # without marks, labels and openers of boxes: these stay
        replaced = taken(goes, hunk.prefix) if gap.kind is GapKind.NOTES else ""
        text = questions.blanked(hunk.replacement.decode())
        asked_for = gap.instruction if gap.kind in (GapKind.MARKER, GapKind.COMMENT) else ""
        raised = check(
            text,
            context=facts,
            target=stub,
            replaced=replaced,
            gone="" if old else goes,
            revised=old,
            asked=asked_for,
        )
        hunk = replace(hunk, warnings=tuple(w for w in raised if not _is_asked(hunk, w)))
        warnings = unapproved(hunk, job.approvals)
        if job.settings.strict and warnings:
            return None, f"{warnings[0].message} (--strict)"
        return replace(hunk, warnings=warnings), ""

    def _let_go(self, facts: Context) -> set[str]:
        """Return the kinds of fixed parts that the author wants gone: those are not put back."""
        clauses = facts.pattern("revision.next clause").split(self._instruction())
        removing = " ".join(c for c in clauses if facts.pattern("revision.removes").search(c))
        kinds = ("code", "note", "image", "link", "comment", "formula", "html")
        return {kind for kind in kinds if facts.pattern(f"revision.{kind}").search(removing)}

    def _instruction(self) -> str:
        """Return what the author says, without the text that was turned down."""
        return f"{self.prompt.gap.instruction} {without_rejected(self.guidance)}"


def request_for(job: Job, prompt: Prompt, *, attempt: int = 0, is_lost: bool = False) -> Request:
    """Return the request for one text of a prompt; each attempt has another seed.

    It gets twice the room where the one before `is_lost`: it was cut off, and nothing was left of it.
    """
    most = prompt.words[1]
    is_code = surroundings.code_language(job.draft, prompt.gap)
    if most < (_SHORT_WORDS if is_lost else _FEW_WORDS) or is_code:
        most *= 2  # code has more tokens in a word, and of a clause or a lone sentence nothing can be cut off
    tokens = job.answer_tokens(most)
    return Request(prompt.messages, tokens, seed=_seed(prompt, attempt), shared=prompt.shared)


def _is_asked(hunk: Hunk, warning: Warning) -> bool:
    """Tell whether a sentence without support asks the author itself, who will see it anyway."""
    words = hunk.replacement[warning.start : warning.end].decode("utf-8", "replace")
    return warning.code in UNSUPPORTED and bool(questions.questions(words))


def _seed(prompt: Prompt, attempt: int) -> int:
    """Return a seed that is the same for the same gap, target and attempt."""
    key = f"{prompt.gap.id} {prompt.target} {attempt}".encode()
    return int.from_bytes(hashlib.sha256(key).digest()[:4]) & 0x7FFFFFFF
