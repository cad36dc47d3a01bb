"""The commands `assistant.…` that lenses, code actions and keys run; docs/editors/protocol.md lists them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from assistant.core.review import events
from assistant.core.review.buffer import Piece, State
from assistant.core.review.state import Phase
from assistant.frontends.lsp import decisions
from assistant.frontends.lsp.code_lens import rest
from assistant.frontends.lsp.diagnostics import open_gaps, span, visible_range
from assistant.frontends.lsp.documents import Document
from assistant.frontends.lsp.locating import locate
from assistant.frontends.lsp.server import AssistantServer

Arguments = Mapping[str, Any]
Handler = Callable[[AssistantServer, Document, Arguments], Awaitable[None]]


def register_commands(server: AssistantServer) -> None:
    """Give the server its commands."""
    for name, handler in _COMMANDS.items():
        server.command(f"assistant.{name}")(_command(handler))


def _command(handler: Handler) -> Callable[..., None]:
    """Return a command that answers at once and works on: some editors stand still until it answers."""

    def command(ls: AssistantServer, *arguments: Any) -> None:
        given = arguments[0] if arguments and isinstance(arguments[0], Mapping) else {}
        document = ls.documents.get(str(given.get("uri", "")))
        if document is None and len(ls.documents) == 1 and "uri" not in given:
            document = next(iter(ls.documents.values()))
        if document is None:
            ls.client.say("no such document is open", warn=True)
            return
        ls.spawn(handler(ls, document, given))  # type: ignore[arg-type]

    return command


# ---- writing --------------------------------------------------------------------------------------------


async def _write(ls: AssistantServer, document: Document, given: Arguments) -> None:
    if gaps := await _gaps(ls, document, given):
        preview = given.get("preview") is True
        await ls.requests.write(document, gaps, guidance=_instruction(given), preview=preview)


async def _write_with(ls: AssistantServer, document: Document, given: Arguments) -> None:
    gaps = await _gaps(ls, document, given)
    if gaps and (guidance := await _ask(ls, given, "What should the text say or be like?")):
        await ls.requests.write(document, gaps, guidance=guidance)


async def _write_all(ls: AssistantServer, document: Document, given: Arguments) -> None:
    located = await ls.locate(document)
    await ls.requests.write(document, [gap.id for gap in located.gaps], guidance=_instruction(given))


async def _retry(ls: AssistantServer, document: Document, given: Arguments) -> None:
    if (piece := _piece(ls, document, given)) is not None:
        await ls.requests.retry(document, piece.key, guidance=_instruction(given))


async def _retry_with(ls: AssistantServer, document: Document, given: Arguments) -> None:
    piece = _piece(ls, document, given)
    if piece is not None and (guidance := await _ask(ls, given, "What should be different?")):
        await ls.requests.retry(document, piece.key, guidance=guidance)


async def _stop(ls: AssistantServer, document: Document, given: Arguments) -> None:
    gap = given.get("gap")
    ls.requests.stop(document=document, gap=gap if isinstance(gap, str) else "")


async def _gaps(ls: AssistantServer, document: Document, given: Arguments) -> list[str]:
    """Return the gap that a command names by its id or by a line (from 0)."""
    if isinstance(given.get("gap"), str):
        return [given["gap"]]
    await ls.locate(document)
    line = given.get("line")
    for gap, where in open_gaps(document):
        place = span(document.text, where, document.encoding)
        if isinstance(line, int) and place.start.line <= line <= place.end.line:
            return [gap.id]
    ls.client.say("no gap at this line")
    return []


def _instruction(given: Arguments) -> str:
    words = given.get("instruction")
    return words.strip() if isinstance(words, str) else ""


async def _ask(ls: AssistantServer, given: Arguments, question: str) -> str:
    return _instruction(given) or await ls.client.ask(question)


# ---- deciding -------------------------------------------------------------------------------------------


def _piece(ls: AssistantServer, document: Document, given: Arguments) -> Piece | None:
    """Return the checked piece that a command names by its id or by a line (from 0)."""
    key, line, pieces = given.get("proposal"), given.get("line"), document.undecided
    found = next((p for p in pieces if p.key == key), None)
    if found is None and isinstance(line, int):
        found = next((p for p in pieces if _is_at(document, p, line)), None)
        if found is None and len(pieces) == 1:
            found = pieces[0]
    if found is None:
        if (raw := document.piece(str(key))) is not None and raw.state is State.RAW:
            ls.client.say("this text is not checked yet")
        else:
            ls.client.say(
                "this text was decided already" if key is not None else "nothing to decide at this line"
            )
        return None
    if (slot := document.slot(found.key)) is not None and slot.phase is Phase.WRITING:
        ls.client.say("this text is being written again")
        return None
    return found


def _is_at(document: Document, piece: Piece, line: int) -> bool:
    place = span(document.text, piece.whole, document.encoding)
    return place.start.line - 1 <= line <= place.end.line  # on the heading above it as well


async def _accept(ls: AssistantServer, document: Document, given: Arguments) -> None:
    if (piece := _piece(ls, document, given)) is not None:
        await _accept_these(ls, document, [piece.key])


async def _accept_all(ls: AssistantServer, document: Document, given: Arguments) -> None:
    keys = [piece.key for piece in rest(document)]
    if keys:
        await _accept_these(ls, document, keys)
    else:
        ls.client.say(
            "every text left has warnings: decide them one by one" if document.undecided else _NOTHING
        )


async def _accept_these(ls: AssistantServer, document: Document, keys: Iterable[str]) -> None:
    async with document.lock:
        happened = await decisions.accept(
            document, keys, lambda: locate(document, document.version, document.pieces), ls.client.sender()
        )
    await _store(ls, document, happened)


async def _reject(ls: AssistantServer, document: Document, given: Arguments) -> None:
    key = str(given.get("proposal", ""))
    is_known = document.piece(key) is not None or any(slot.key == key for slot in document.waiting)
    piece = None if is_known else _piece(ls, document, given)
    if is_known or piece is not None:
        await _reject_these(ls, document, [piece.key if piece else key])


async def _reject_all(ls: AssistantServer, document: Document, given: Arguments) -> None:
    await _reject_these(ls, document, [piece.key for piece in document.undecided])


async def _reject_these(ls: AssistantServer, document: Document, keys: Iterable[str]) -> None:
    async with document.lock:
        happened = await decisions.reject(document, keys, ls.client.sender())
    await _store(ls, document, happened)


async def _store(ls: AssistantServer, document: Document, happened: list[events.Event] | None) -> None:
    if happened is None:
        ls.client.say("the editor did not make the edit, so nothing is decided; try again", warn=True)
    else:
        await ls.sessions.apply(document, happened)
    document.refresh()


async def _show(ls: AssistantServer, document: Document, given: Arguments) -> None:
    slot = next((s for s in document.waiting if s.key == given.get("proposal")), None)
    if slot is None:
        ls.client.say("this text was decided already")
        return
    async with document.lock:
        shown = await decisions.put(document, slot, ls.client.sender())
    if not shown:
        ls.client.say("the editor did not make the edit; try again", warn=True)
    document.refresh()


_NOTHING = "nothing left to review here"


async def _next(ls: AssistantServer, document: Document, given: Arguments) -> None:
    """Put the cursor on the next text to decide, and after the last on the first."""
    pieces = document.undecided
    if not pieces:
        ls.client.say(_NOTHING)
        return
    keys = [p.key for p in pieces]
    here = keys.index(str(given["proposal"])) if given.get("proposal") in keys else -1
    line = given.get("line")
    if here < 0 and isinstance(line, int):
        starts = (span(document.text, p.whole, document.encoding).start.line for p in pieces)
        here = sum(start <= line for start in starts) - 1
    await ls.client.go_to(document, visible_range(document, pieces[(here + 1) % len(pieces)]).start)


_COMMANDS: dict[str, Handler] = {
    "write": _write,
    "writeWith": _write_with,
    "writeAll": _write_all,
    "accept": _accept,
    "refuse": _reject,
    "acceptAll": _accept_all,
    "refuseAll": _reject_all,
    "again": _retry,
    "againWith": _retry_with,
    "show": _show,
    "next": _next,
    "stop": _stop,
}
"""By the names that editors' settings use; `refuse` and `again` are from before they were called so."""
