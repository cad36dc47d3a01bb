"""The commands `assistant.…` that lenses, code actions and keys run; docs/editors/protocol.md lists them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from assistant.core.hunks import facts
from assistant.core.hunks.doubts import Doubt
from assistant.core.hunks.merge import Edit
from assistant.core.review import decide, settle
from assistant.core.review.events import Event
from assistant.core.review.state import Piece
from assistant.core.text.display import one_line, without_control
from assistant.core.text.questions import questions
from assistant.core.types import Span
from assistant.frontends.lsp import decisions
from assistant.frontends.lsp.buffer import Change, Placement, Range
from assistant.frontends.lsp.code_lens import decidable, rest
from assistant.frontends.lsp.diagnostics import open_gaps, visible_range
from assistant.frontends.lsp.documents import Document, Plan, Planned
from assistant.frontends.lsp.locating import forget_settings
from assistant.frontends.lsp.server import AssistantServer

Arguments = Mapping[str, Any]
Handler = Callable[[AssistantServer, Document, Arguments], Awaitable[None]]


def register_commands(server: AssistantServer) -> None:
    """Give the server its commands."""
    for name, handler in _COMMANDS.items():
        server.command(f"assistant.{name}")(_command(handler))


def _command(handler: Handler) -> Callable[..., None]:
    """Return a command that answers at once and works on: some editors stand still until it answers."""

    def command(ls: AssistantServer, *parameters: Any) -> None:
        arguments = parameters[0] if parameters and isinstance(parameters[0], Mapping) else {}
        document = ls.documents.get(str(arguments.get("uri", "")))
        if document is None and len(ls.documents) == 1 and "uri" not in arguments:
            document = next(iter(ls.documents.values()))
        if document is None:
            ls.client.say("no such document is open", warn=True)
            return
        work = _after_answer(ls, document, handler(ls, document, arguments))
        ls.spawn(work, is_decision=handler in _DECISIONS)

    return command


_ANSWER_SECONDS = 0.05
"""So long nothing follows the answer to a command: Emacs 28 leaves unread what it gets together with it."""


async def _after_answer(ls: AssistantServer, document: Document, work: Awaitable[None]) -> None:
    await asyncio.sleep(_ANSWER_SECONDS)
    if document.reopening:  # what an undo just before means for the review is stored first
        async with document.lock:
            pass
    await ls.sessions.catch_up(document)
    await work


# ---- writing --------------------------------------------------------------------------------------------


async def _write(
    ls: AssistantServer, document: Document, arguments: Arguments, *, question: str = ""
) -> None:
    gap, points = arguments.get("gap"), frozenset[str]()
    if not gap:
        gap, points = await _gap_at(ls, document, arguments.get("line"))
    if not isinstance(gap, str):
        ls.client.say("no gap at this line")
    elif (guidance := await _guidance(ls, arguments, question)) is not None:
        preview = arguments.get("preview") is True
        await ls.requests.write(document, [gap], points=points, guidance=guidance, preview=preview)


async def _write_all(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    guidance = await _guidance(ls, arguments)
    await ls.requests.write_all(document, guidance=guidance or "")


async def _dismiss(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    if not document.is_file:
        ls.client.say("save the document first")
        return
    session = await ls.sessions.current(document)
    gap = next((one for one in session.workspace.gaps if one.id == arguments.get("gap")), None)
    if gap is None:
        ls.client.say("no gap here any more")
        return
    await ls.sessions.run(lambda: session.dismiss(gap))
    forget_settings()
    document.locate_again()


async def _retry(
    ls: AssistantServer, document: Document, arguments: Arguments, *, question: str = ""
) -> None:
    placement = _piece(ls, document, arguments)
    if placement is not None and (guidance := await _guidance(ls, arguments, question)) is not None:
        await ls.requests.retry(document, placement.key, guidance=guidance)


async def _revise(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    """Revise the finished text on the lines `line` to `last` as the author says."""
    first, last = arguments.get("line"), arguments.get("last", arguments.get("line"))
    count = len(document.text.starts)
    if not (isinstance(first, int) and isinstance(last, int) and 0 <= first <= last < count):
        ls.client.say("no such lines here")
        return
    if (words := await _guidance(ls, arguments, "What should change?")) is None:
        return
    start, end = document.text.starts[first], document.text.starts[last] + len(document.text.line(last))
    placement = next((p for p in document.undecided if p.extent.start < end and start < p.extent.end), None)
    if placement is not None:  # a text on offer gets another version
        await ls.requests.retry(document, placement.key, guidance=words)
        return
    base = document.base
    await ls.requests.revise(document, Span(base.from_buffer(start), base.from_buffer(end)), words)


async def _stop(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    gap = arguments.get("gap")
    ls.requests.stop(document=document, gap=gap if isinstance(gap, str) else "")


async def _gap_at(ls: AssistantServer, document: Document, line: object) -> tuple[str | None, frozenset[str]]:
    """Return the id of the gap at a line (from 0), with the key of its point there where it has several."""
    located = await ls.locate(document)

    def is_there(where: Range) -> bool:
        place = document.range(where)
        return isinstance(line, int) and place.start.line <= line <= place.end.line

    for gap, where in open_gaps(document):
        if is_there(where):
            return gap.id, frozenset()
    for gap in located.gaps:
        for target in gap.targets:
            if is_there(located.base.range_in_buffer(target)):
                return gap.id, frozenset([decide.key_for(gap, target)])
    return None, frozenset()


async def _guidance(ls: AssistantServer, arguments: Arguments, question: str = "") -> str | None:
    """Return the author's own words, asked for where there is a question; None when there is no answer."""
    words = arguments.get("instruction")
    if isinstance(words, str) and (words := without_control(words).strip()):
        return words
    return (without_control(await ls.client.ask(question)).strip() or None) if question else ""


# ---- deciding -------------------------------------------------------------------------------------------


def _named(document: Document, placements: Sequence[Placement], arguments: Arguments) -> Placement | None:
    """Return the piece that a command names by its key, or by a line (from 0) of it or right above it."""
    key, line = arguments.get("proposal"), arguments.get("line")
    for placement in placements:
        above = document.line(len(document.text.text[: placement.extent.start].rstrip()))
        if placement.key == key or (
            isinstance(line, int) and above <= line <= document.line(placement.extent.end)
        ):
            return placement
    return None


def _piece(ls: AssistantServer, document: Document, arguments: Arguments) -> Placement | None:
    """Return the piece to decide that a command names; where there is none, say why."""
    placements = document.undecided
    placement = _named(document, placements, arguments)
    if placement is None and not {"proposal", "line"} & arguments.keys() and len(placements) == 1:
        placement = placements[0]  # the only one
    if placement is None:
        raw = _named(document, document.raw, arguments) is not None
        missing = (
            "this text was decided already" if "proposal" in arguments else _nowhere(document, arguments)
        )
        ls.client.say("this text is not checked yet" if raw else missing)
    elif placement not in decidable(document):
        ls.client.say("this text is being written again")
        return None
    return placement


def _nowhere(document: Document, arguments: Arguments) -> str:
    """Return that there is no text at a line, and where the next one is, or else the first."""
    lines = [document.line(visible_range(document, placement).start) for placement in document.undecided]
    here = arguments.get("line")
    ahead = [line for line in lines if isinstance(here, int) and line > here] or lines
    return "no text at this line" + (f"; the next is at line {ahead[0] + 1}" if ahead else "")


async def _accept(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    moved = _named(document, [one for one in document.raw if one.is_moved], arguments)
    if (placement := moved or _piece(ls, document, arguments)) is not None:
        await _decide(ls, document, [placement], accepted=True)


async def _accept_all(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    if placements := rest(document):
        await _decide(ls, document, placements, accepted=True)
    else:
        left = bool(document.undecided)
        ls.client.say("every text left has warnings: decide them one by one" if left else _NOTHING_LEFT)


async def _reject(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    if waiting := [piece for piece in document.waiting if piece.key == arguments.get("proposal")]:
        await ls.sessions.apply(document, [decisions.rejected(piece) for piece in waiting])
        document.refresh()
    elif raw := _named(document, document.raw, arguments):
        ls.requests.drop(document, raw.key)
        await _decide(ls, document, [raw], accepted=False)
    elif placement := _piece(ls, document, arguments):
        await _decide(ls, document, [placement], accepted=False)


async def _reject_all(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    await _decide(ls, document, decidable(document), accepted=False)


async def _decide(
    ls: AssistantServer, document: Document, placements: Sequence[Placement], *, accepted: bool
) -> None:
    """Make the edits of a decision, and store it once they are made."""
    plan = decisions.accepting if accepted else decisions.rejecting
    await _make(ls, document, plan(document, {p.key for p in placements}), "Accept" if accepted else "Reject")


async def _make(ls: AssistantServer, document: Document, plan: Plan, label: str) -> None:
    """Have the editor make what is planned; once it is made, store what that means for the review."""
    if not ls.client.takes_edits(document):
        return
    async with document.lock:
        made = await document.perform(plan, ls.client.sender(), label=label)
        if made:
            await ls.sessions.apply(document, made.events)
    if not made:
        ls.client.say("nothing decided: the editor refused the edit; try again", warn=True)
    document.refresh()


# ---- questions and doubtful sentences -------------------------------------------------------------------


async def _answer(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    """Ask for the words that a question, or a gap for a fact, wants, and put them in."""
    if "gap" in arguments:
        await _fill_in(ls, document, arguments)
    elif (place := _doubt(ls, document, arguments)) is not None:
        placement, piece, doubt = place
        words = await _words(ls, arguments, doubt.words or "What belongs here?")
        newline = document.located.draft.newline if document.located else "\n"
        if words:
            await _settle(ls, document, placement, settle.answer(piece, doubt, words, newline=newline))


async def _fill_in(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    """Put the author's words into the place of a gap that nobody else can fill."""
    located = await ls.locate(document)
    gap = next((one for one in located.gaps if one.id == arguments["gap"]), None)
    hunk = facts.question(located.draft, gap) if gap else None
    if gap is None or hunk is None:
        ls.client.say("no gap here any more")
        return
    (question,) = questions(hunk.replacement.decode())
    if not (words := await _words(ls, arguments, question.words)):
        return

    def plan() -> Planned | None:
        start, end = document.base.range_in_buffer(gap.span)
        same = document.text.text[start:end].encode() == hunk.original
        return Planned([Change(Edit(start, end, words))], document.placements) if same else None

    await _make(ls, document, plan, "Fill in")


async def _words(ls: AssistantServer, arguments: Arguments, question: str) -> str:
    """Return the author's answer in one line; empty where there is none."""
    words = arguments.get("instruction")
    if not isinstance(words, str):
        if not ls.client.capabilities.asks_for_text:
            ls.client.say(f"{one_line(question)} Type your answer over it: this editor can't ask you")
            return ""
        words = await ls.client.ask(question)
    return one_line(without_control(words))


async def _settle_by(
    ls: AssistantServer,
    document: Document,
    arguments: Arguments,
    *,
    event: Callable[[Piece, Doubt], Event | None],
) -> None:
    if (place := _doubt(ls, document, arguments)) is not None:
        placement, piece, doubt = place
        if (happened := event(piece, doubt)) is None:
            ls.client.say(settle.refused(doubt))
        else:
            await _settle(ls, document, placement, happened)


def _doubt(
    ls: AssistantServer, document: Document, arguments: Arguments
) -> tuple[Placement, Piece, Doubt] | None:
    """Return the placement, its piece and the doubt (by its number, from 0) that a command names."""
    placement, number = _piece(ls, document, arguments), arguments.get("doubt", 0)
    piece = document.piece(placement.key) if placement else None
    if placement is None or piece is None:
        return None
    if placement.is_touched(document.text.text) or not (
        isinstance(number, int) and 0 <= number < len(piece.doubts)
    ):
        ls.client.say("this text changed: accept it as it is, or edit it here")
        return None
    return placement, piece, piece.doubts[number]


async def _settle(ls: AssistantServer, document: Document, placement: Placement, happened: Event) -> None:
    """Make the edit that a settled doubt means, and store it once it is made."""
    session = document.session
    piece = decide.step(session.review, happened).piece(placement.key) if session else None
    if piece is None:
        return

    def plan() -> Planned | None:
        now = document.placement(placement.key)
        if now is None or now.is_touched(document.text.text):
            return None
        return Planned(document.exchange(now, piece), document.others_than(now.key), [happened])

    await _make(ls, document, plan, "Settle")


async def _show(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    piece = next((s for s in document.waiting if s.key == arguments.get("proposal")), None)
    if piece is None:
        ls.client.say("this text was decided already")
    else:
        await _make(ls, document, decisions.putting(document, piece), "Put the text here")


async def _next(ls: AssistantServer, document: Document, arguments: Arguments) -> None:
    """Put the cursor on the next text to decide, and after the last on the first."""
    placements = document.undecided
    if not placements:
        ls.client.say(_NOTHING_LEFT)
        return
    keys, line = [p.key for p in placements], arguments.get("line")
    here = keys.index(str(arguments["proposal"])) if arguments.get("proposal") in keys else -1
    if here < 0 and isinstance(line, int):
        starts = (document.line(p.extent.start) for p in placements)
        here = sum(start <= line for start in starts) - 1
    await ls.client.go_to(document, visible_range(document, placements[(here + 1) % len(placements)]).start)


_NOTHING_LEFT = "nothing left to review here"

_COMMANDS: dict[str, Handler] = {
    "write": _write,
    "writeWith": partial(_write, question="What should the text say or be like?"),
    "writeAll": _write_all,
    "dismiss": _dismiss,
    "answer": _answer,
    "askInstead": partial(_settle_by, event=settle.ask_instead),
    "drop": partial(_settle_by, event=settle.drop),
    "approve": partial(_settle_by, event=settle.approve),
    "accept": _accept,
    "reject": _reject,
    "acceptAll": _accept_all,
    "rejectAll": _reject_all,
    "retry": _retry,
    "retryWith": partial(_retry, question="What should be different?"),
    "revise": _revise,
    "show": _show,
    "next": _next,
    "stop": _stop,
}
"""By the names that editors' settings use."""

_DECISIONS = {_accept, _accept_all, _reject, _reject_all, _dismiss}
"""The commands whose end is waited for when the editor goes."""
