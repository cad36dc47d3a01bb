"""The requests and notifications that are answered, each in a few lines."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lsprotocol import types

from assistant.core.review.buffer import Proposal
from assistant.core.text.display import one_line
from assistant.core.types import Verdict
from assistant.frontends.lsp import decide, hover, look, words
from assistant.frontends.lsp.buffers import Buffer
from assistant.frontends.lsp.clients import SECTION
from assistant.frontends.lsp.server import Assistant, import_locator, introduce, locate
from assistant.frontends.lsp.work import settle

WISHES = ("Shorter", "Longer", "Plainer words", "More concrete", "With an example")
"""What an author can ask for where the editor can't ask for a line of text."""


def register(server: Assistant) -> None:
    """Effect: gives the server all its features and commands."""
    server.feature(types.INITIALIZE)(_initialize)
    server.feature(types.INITIALIZED)(_initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_configured)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_nothing)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(_lenses)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))(
        _actions
    )
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(_cancelled)
    for name, handler in _COMMANDS.items():
        server.command(f"assistant.{name}")(_command(handler))


def _initialize(ls: Assistant, params: types.InitializeParams) -> None:
    introduce(ls, params)


async def _initialized(ls: Assistant, params: types.InitializedParams) -> None:
    threading.Thread(target=import_locator, daemon=True).start()
    if ls.abilities.watches_configuration:
        wanted = types.Registration(
            "settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}
        )
        ls.spawn(ls.client_register_capability_async(types.RegistrationParams([wanted])))


def _configured(ls: Assistant, params: types.DidChangeConfigurationParams) -> None:
    words.forget()
    buffers = list(ls.buffers.values())
    if ls.abilities.configuration:
        for buffer in buffers:
            ls.spawn(ls._configure(buffer))
    elif isinstance(params.settings, Mapping):
        ls.use_settings(buffers, params.settings.get(SECTION, params.settings))
    for buffer in buffers:
        buffer.found = None
        ls.refresh(buffer)


def _nothing(ls: Assistant, params: Any) -> None:
    """Stand for a notification that the protocol class takes, so that it is announced."""


def _closed(ls: Assistant, params: types.DidCloseTextDocumentParams) -> None:
    """Stand for a notification that the protocol class takes, so that it is announced."""


def _saved(ls: Assistant, params: types.DidSaveTextDocumentParams) -> None:
    buffer = ls.buffers.get(params.text_document.uri)
    words.forget()
    if buffer is not None:
        ls.keeper.saved(buffer)


async def _lenses(ls: Assistant, params: types.CodeLensParams) -> list[types.CodeLens]:
    buffer = ls.buffers.get(params.text_document.uri)
    if buffer is None:
        return []
    await ls.located(buffer)
    return look.lenses(buffer, ls.writer.writing(buffer))


async def _actions(ls: Assistant, params: types.CodeActionParams) -> list[types.CodeAction]:
    buffer = ls.buffers.get(params.text_document.uri)
    if buffer is None:
        return []
    await ls.located(buffer)
    return look.actions(buffer, params.range, params.context, annotations=ls.abilities.annotations)


async def _hover(ls: Assistant, params: types.HoverParams) -> types.Hover | None:
    buffer = ls.buffers.get(params.text_document.uri)
    if buffer is None:
        return None
    await ls.located(buffer)
    return await hover.over(buffer, params.position)


def _cancelled(ls: Assistant, params: types.WorkDoneProgressCancelParams) -> None:
    ls.writer.stop(token=str(params.token))


# ---- commands ------------------------------------------------------------------------------------------

Handler = Callable[[Assistant, Buffer, Mapping[str, Any]], Awaitable[None]]


def _command(handler: Handler) -> Callable[..., None]:
    """Return a command that answers at once and works on: some editors stand still until it answers."""

    def command(ls: Assistant, *arguments: Any) -> None:
        said = arguments[0] if arguments and isinstance(arguments[0], Mapping) else {}
        buffer = ls.buffers.get(str(said.get("uri", "")))
        if buffer is None and len(ls.buffers) == 1 and "uri" not in said:
            buffer = next(iter(ls.buffers.values()))
        if buffer is None:
            ls.say("no such document is open", warn=True)
            return
        ls.spawn(handler(ls, buffer, said))  # type: ignore[arg-type]

    return command


async def _write(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    wanted = await _gaps(ls, buffer, said)
    if wanted is not None:
        words_said = said.get("instruction")
        instruction = words_said if isinstance(words_said, str) else ""
        preview = said.get("preview") is True
        await ls.writer.write(buffer, wanted, instruction=instruction, preview=preview)


async def _write_with(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    wanted = await _gaps(ls, buffer, said)
    if wanted is not None and (wish := await _wish(ls, said, "What should the text say or be like?")):
        await ls.writer.write(buffer, wanted, instruction=wish)


async def _write_all(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    await ls.writer.write(buffer, None)


async def _gaps(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> list[str] | None:
    """Return the gap that a command names by its id or by a line (from 0)."""
    if isinstance(said.get("gap"), str):
        return [said["gap"]]
    await ls.located(buffer)
    line = said.get("line")
    for gap, start, end in look.open_gaps(buffer):
        first, last = (buffer.text.place(at, encoding=buffer.encoding).line for at in (start, end))
        if isinstance(line, int) and first <= line <= last:
            return [gap.id]
    ls.say("nothing is unwritten at this line")
    return None


def _named(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> Proposal | None:
    """Return the proposal that a command names by its id or by a line (from 0)."""
    found = buffer.proposal(str(said.get("proposal", "")))
    line = said.get("line")
    if found is None and isinstance(line, int):
        proposals = look.reviewable(buffer)
        for proposal in proposals:
            start, end = proposal.shown[0].start, proposal.shown[-1].end
            first, last = (buffer.text.place(at, encoding=buffer.encoding).line for at in (start, end))
            if first - 1 <= line <= last:  # on the heading above it as well
                return proposal
        if len(proposals) == 1:
            return proposals[0]
    if found is None:
        ls.say("this text was decided already" if "proposal" in said else "nothing is proposed at this line")
    return found


async def _accept(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    one = _named(ls, buffer, said)
    if one is not None and one.id in buffer.streaming:
        ls.say("this text is not checked yet")
    elif one is not None:
        await _accept_these(ls, buffer, (one,))


async def _accept_all(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    await _accept_these(ls, buffer, look.reviewable(buffer))


async def _accept_these(ls: Assistant, buffer: Buffer, some: tuple[Proposal, ...]) -> None:
    async with buffer.lock:
        made = await decide.accept(
            buffer, some, lambda: locate(buffer, buffer.version, buffer.proposals), ls.sender()
        )
    _decided(ls, buffer, some, Verdict.ACCEPTED, made)


async def _refuse(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    if (one := _named(ls, buffer, said)) is not None:
        await _refuse_these(ls, buffer, (one,))


async def _refuse_all(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    await _refuse_these(ls, buffer, look.reviewable(buffer))


async def _refuse_these(ls: Assistant, buffer: Buffer, some: tuple[Proposal, ...]) -> None:
    async with buffer.lock:
        made = await decide.refuse(buffer, some, ls.sender())
    _decided(ls, buffer, some, Verdict.REJECTED, made)


def _decided(ls: Assistant, buffer: Buffer, some: tuple[Proposal, ...], verdict: Verdict, made: bool) -> None:
    if made:
        ls.keeper.decided(buffer, some, verdict)
    else:
        ls.say("your editor did not take the edit, so nothing is decided; try once more", warn=True)
    ls.refresh(buffer)


async def _again(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    if (one := _named(ls, buffer, said)) is not None:
        wish = said.get("instruction")
        await ls.writer.again(buffer, one, guidance=wish if isinstance(wish, str) else "")


async def _again_with(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    one = _named(ls, buffer, said)
    if one is not None and (wish := await _wish(ls, said, "How should the text be different?")):
        await ls.writer.again(buffer, one, guidance=wish)


async def _show(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    one = _named(ls, buffer, said)
    if one is None or one.shown:
        return
    streams = [
        p
        for p in buffer.shown
        if p.id in buffer.streaming and (p.gap.id, p.target) == (one.gap.id, one.target)
    ]
    label = "Put the text here"
    async with buffer.lock:
        for stream in streams:
            await settle(buffer, stream.id, one.id, ls.sender(), label=label)
        shown = bool(streams) or await buffer.show([one.id], ls.sender(), label=label)
        if not shown:
            shown = await decide.append(buffer, one, ls.sender())
    if not shown:
        ls.say("your editor did not take the edit; try once more", warn=True)
    ls.refresh(buffer)


async def _next(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    """Effect: puts the cursor on the next text to review, or else on the next gap."""
    proposals = look.reviewable(buffer)
    if not proposals:
        ls.say("nothing is left to review here")
        return
    names = [p.id for p in proposals]
    here = names.index(str(said["proposal"])) if said.get("proposal") in names else -1
    line = said.get("line")
    if here < 0 and isinstance(line, int):
        lines = [buffer.text.place(p.shown[0].start, encoding=buffer.encoding).line for p in proposals]
        here = sum(at <= line for at in lines) - 1
    start, _ = look.visible_range(buffer, proposals[(here + 1) % len(proposals)])
    place = look.span(buffer.text, start, start, buffer.encoding)
    if ls.abilities.show_document:
        await ls.window_show_document_async(
            types.ShowDocumentParams(buffer.uri, take_focus=True, selection=place)
        )
    else:
        ls.say(f"the next text to review is at line {place.start.line + 1}")


async def _stop(ls: Assistant, buffer: Buffer, said: Mapping[str, Any]) -> None:
    gap = said.get("gap")
    ls.writer.stop(buffer=buffer, gap=gap if isinstance(gap, str) else "")


async def _wish(ls: Assistant, said: Mapping[str, Any], question: str) -> str:
    """Return the author's own words: from the command, from a line the editor asks for, or from a choice."""
    given = said.get("instruction")
    if isinstance(given, str) and given.strip():
        return given
    try:
        if ls.abilities.asks:
            answer: Any = await ls.protocol.send_request_async("assistant/input", {"prompt": question})
            value = answer.get("value") if isinstance(answer, dict) else getattr(answer, "value", None)
            return value.strip() if isinstance(value, str) else ""
        choice = await ls.window_show_message_request_async(
            types.ShowMessageRequestParams(
                types.MessageType.Info, question, [types.MessageActionItem(wish) for wish in WISHES]
            )
        )
        return choice.title if choice else ""
    except Exception as error:  # a client that can't ask says so in its own way
        ls.say(f"this editor can't ask you: {one_line(str(error))}", warn=True)
        return ""


_COMMANDS: dict[str, Handler] = {
    "write": _write,
    "writeWith": _write_with,
    "writeAll": _write_all,
    "accept": _accept,
    "refuse": _refuse,
    "acceptAll": _accept_all,
    "refuseAll": _refuse_all,
    "again": _again,
    "againWith": _again_with,
    "show": _show,
    "next": _next,
    "stop": _stop,
}
