"""An agent for an editor's agent panel (Agent Client Protocol): each piece is a diff to accept or reject.

A prompt names drafts; further lines, and all words beside a link to one, say what else the author asks for.
A draft is read from disk and written there, through the same session and store as everywhere.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from assistant import __version__
from assistant.adapters.folders import ENDINGS
from assistant.app import reading, report
from assistant.app.models import connect
from assistant.app.report import without_keys
from assistant.app.reviewer import Reviewer
from assistant.app.run import Run
from assistant.app.workspace import open_draft
from assistant.core.hunks import passages
from assistant.core.hunks.apply import apply
from assistant.core.hunks.doubts import doubts
from assistant.core.text.display import one_line, shortened, visible
from assistant.core.types import Gap, Hunk
from assistant.errors import AssistantError, InputError, UsageError

_OPTIONS = {
    "a": ("accept", "Accept", "allow_once"),
    "r": ("reject", "Reject", "reject_once"),
    "t": ("retry", "Reject and retry", "reject_once"),
    "m": ("ask_instead", "Ask me instead: {about}", "reject_once"),
    "x": ("drop", "Drop the sentence: {about}", "reject_once"),
    "T": ("approve", "{approval}: {about}", "reject_once"),
}
"""What an author may choose: the command, its name and its kind; the last three are about a doubt."""

_MAX_LABEL = 60
"""Letters of a question or a warning that a button has room for."""
_LINES = r"\d+(?::\d+)?"
"""Finished lines to revise, as in `12:20` behind a draft's name."""
_POLL_SECONDS = 0.1
"""Seconds between two looks whether a text is there."""


def run() -> int:
    """Serve one client over stdin and stdout until it leaves; return the exit code."""
    try:
        import acp
    except ImportError:
        raise UsageError(
            "assistant acp needs agent-client-protocol: pipx inject writing-assistant agent-client-protocol"
        ) from None
    from assistant.adapters.stdio import reserved_for

    async def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
        reader, loop = asyncio.StreamReader(limit=2**26), asyncio.get_running_loop()
        threading.Thread(target=_feed, args=(reader, stdin, loop), daemon=True).start()
        protocol = asyncio.streams.FlowControlMixin(loop)
        writer = asyncio.StreamWriter(_Stdout(stdout), protocol, reader, loop)
        await acp.run_agent(_Agent(), writer, reader)  # type: ignore[arg-type]

    with reserved_for("ACP") as (stdin, stdout):
        asyncio.run(serve(stdin, stdout))
    return 0


def _feed(reader: asyncio.StreamReader, stdin: BinaryIO, loop: asyncio.AbstractEventLoop) -> None:
    """Hand on what comes on stdin until it ends; asyncio itself reads only pipes, not /dev/null."""
    with suppress(RuntimeError):  # the loop was closed
        while data := os.read(stdin.fileno(), 2**16):
            loop.call_soon_threadsafe(reader.feed_data, data)
        loop.call_soon_threadsafe(reader.feed_eof)


class _Stdout(asyncio.WriteTransport):
    """Writes to a stdout of any kind."""

    def __init__(self, stdout: BinaryIO) -> None:
        super().__init__()
        self._stdout = stdout

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self._stdout.write(data)
        self._stdout.flush()

    def is_closing(self) -> bool:
        return self._stdout.closed

    def close(self) -> None:
        pass


class _Agent:
    """What a client asks and tells."""

    def __init__(self) -> None:
        self._client: Any = None
        self._folders: dict[str, Path] = {}
        self._turns: dict[str, _Turn] = {}
        self._reads = False

    def on_connect(self, conn: Any) -> None:
        self._client = conn

    async def initialize(self, protocol_version: int, client_capabilities: Any = None, **_: Any) -> Any:
        """Say what can be done here."""
        from acp import PROTOCOL_VERSION, schema

        self._reads = bool(client_capabilities and client_capabilities.fs.read_text_file)
        about = schema.Implementation(name="assistant", title="Writing assistant", version=__version__)
        version = min(protocol_version, PROTOCOL_VERSION)
        return schema.InitializeResponse(protocol_version=version, agent_info=about)

    async def new_session(self, cwd: str, **_: Any) -> Any:
        """Begin a conversation in a folder."""
        from acp import schema

        name = uuid.uuid4().hex
        self._folders[name] = Path(cwd)
        return schema.NewSessionResponse(session_id=name)

    async def cancel(self, session_id: str, **_: Any) -> None:
        """Stop the requests; what was accepted is written."""
        if turn := self._turns.get(session_id):
            turn.cancelled = True

    async def prompt(self, prompt: list[Any], session_id: str, **_: Any) -> Any:
        """Write the gaps of the drafts that are named, and ask about each piece."""
        from acp import schema

        words = "".join(block.text for block in prompt if block.type == "text")
        links = [_path(block.uri) for block in prompt if block.type == "resource_link"]
        first, _newline, instruction = words.strip().partition("\n")
        names_lines = all(re.fullmatch(_LINES, word) for word in first.split())
        if links and not names_lines:  # the link names the draft
            first, instruction = "", words
        folder = self._folders.get(session_id, Path.cwd())
        paths = [folder / word.strip("@`'\",") for word in first.split()]
        lines = next((word for word in first.split() if re.fullmatch(_LINES, word)), "")
        drafts = dict.fromkeys([*links, *(p for p in paths if p.name.lower().endswith(ENDINGS))])
        turn = self._turns[session_id] = _Turn(self._client, session_id, asyncio.get_running_loop())
        if not drafts:
            await turn.tell("Name a draft, such as @post.md. Lines below it are instructions.")
        for draft in drafts:
            if turn.cancelled:
                break
            try:
                if self._reads:
                    await self._compare(draft, session_id)
                await asyncio.to_thread(turn.expand, draft, one_line(instruction), lines)
            except AssistantError as error:
                await turn.tell(one_line(str(error)))
        return schema.PromptResponse(stop_reason="cancelled" if turn.cancelled else "end_turn")

    async def _compare(self, draft: Path, session_id: str) -> None:
        """Compare the draft with the editor's text. Raises `InputError` when it isn't saved."""
        from acp import RequestError

        try:
            text = await self._client.read_text_file(path=str(draft), session_id=session_id)
        except RequestError:
            return
        if draft.is_file() and _plain(text.content) != _plain(draft.read_bytes().decode("utf-8", "replace")):
            raise InputError(f"{draft}: save it first; your editor has unsaved changes")


class _Turn:
    """One prompt at work, in a thread of its own."""

    def __init__(self, client: Any, session: str, loop: asyncio.AbstractEventLoop) -> None:
        self._client, self._session, self._loop = client, session, loop
        self.cancelled = False
        """True once its requests are to be stopped; what was accepted is written."""

    async def tell(self, text: str) -> None:
        """Say a line in the panel."""
        import acp

        update = acp.update_agent_message_text(visible(text) + "\n\n")
        await self._client.session_update(session_id=self._session, update=update)

    def expand(self, path: Path, instruction: str, lines: str = "") -> None:
        """Write every gap of a draft, ask about each piece, and write what was accepted.

        With `lines`, the finished text there is revised as the instruction says.
        """
        workspace = (
            open_draft(str(path), locate="local") if lines else open_draft(str(path), instruction=instruction)
        )
        revised = []
        if lines:
            if not instruction:
                raise UsageError("say below the draft's name what to change in these lines")
            span = passages.named(workspace.draft, lines)
            revised = [passages.revision(workspace.draft, span, instruction=instruction)]
        elif not any(gap.fillable for gap in workspace.gaps) and not reading.may_be_wanted(workspace):
            self._say(f"{path.name}: no gaps found")
            return
        connection = connect(workspace.settings)
        try:
            self._say(connection.summary)
            run = Run.connected(
                workspace,
                connection,
                lambda result: revised or [gap for gap in result.gaps if gap.fillable],
                tell=self._say,
                named=bool(revised),
            )
            if not run.writes:
                self._say(f"{path.name}: no gaps found")
                return
            reviewer = Reviewer.for_run(run)
            if reviewer.session.notice:
                self._say(reviewer.session.notice)
            try:
                self._decide(reviewer, run.gaps)
            finally:
                reviewer.stop_all()
                outcome = reviewer.session.write()
                reviewer.session.close()
            for line in report.outcome(reviewer.session.workspace.draft, outcome, name=path.name):
                self._say(line)
        finally:
            connection.close()

    def _decide(self, reviewer: Reviewer, gaps: Sequence[Gap]) -> None:
        """Ask about one piece after the other until all are decided, or the author takes a question back."""
        reviewer.begin(gaps)
        asked = set[str]()
        while not self.cancelled:
            while reviewer.waiting and not self.cancelled:
                time.sleep(_POLL_SECONDS)
            for line in reviewer.new_failures():
                self._say(line)
            if self.cancelled:
                return
            is_busy = reviewer.busy  # before it is seen what has come
            undecided = [piece for piece in reviewer.review.shown if piece.undecided]
            if not is_busy and all(piece.unplaced for piece in undecided):
                for lost in undecided:
                    at = reviewer.session.workspace.draft.line(lost.span.start)
                    what = "couldn't go in" if lost.key in asked else "was not asked about"
                    self._say(f"line {at}: the draft changed here, so its text {what}")
                return
            piece = reviewer.piece
            if piece is None or not piece.undecided or piece.hunk is None or piece.unplaced:
                reviewer.next()
                continue
            request = self._ask(reviewer, piece.hunk, reviewer.review.removal_with(piece))
            call, key = asyncio.run_coroutine_threadsafe(request, self._loop).result()
            asked.add(piece.key)
            said = getattr(reviewer, _OPTIONS[key][0])() if key in _OPTIONS else ""
            now = reviewer.review.piece(piece.key)
            ended = self._end(call, is_accepted=now is not None and now.is_accepted)
            asyncio.run_coroutine_threadsafe(ended, self._loop).result()
            if key not in _OPTIONS:
                self.cancelled = True  # the client took the question back
                return
            if said:
                self._say(without_keys(said))

    def _say(self, text: str) -> None:
        asyncio.run_coroutine_threadsafe(self.tell(one_line(text)), self._loop).result()

    async def _ask(self, reviewer: Reviewer, hunk: Hunk, removal: Hunk | None) -> tuple[str, str]:
        """Show a hunk as a diff of whole lines, with what else goes; return the ids of call and option."""
        import acp
        from acp import schema

        workspace, data, doubt = reviewer.session.workspace, reviewer.review.base, reviewer.doubt
        hunks = [hunk, *([removal] if removal else [])]
        first, last = min(h.span.start for h in hunks), max(h.span.end for h in hunks)
        begin, end = data.rfind(b"\n", 0, first) + 1, data.find(b"\n", last)
        end = len(data[: end if end >= 0 else None].removesuffix(b"\r"))
        grown = sum(len(h.replacement) - len(h.original) for h in hunks)
        new = apply(data, hunks)[begin : end + grown]
        gap = next((g for g in workspace.gaps if g.id == hunk.gap), None)
        line = workspace.draft.line(begin)
        remarks = [f"{'?' if d.is_question else '!'} {d.words}" for d in doubts(hunk)]
        remarks += [f"· {note}" for note in hunk.notes]
        tool_call: dict[str, Any] = {
            "tool_call_id": uuid.uuid4().hex,
            "title": one_line(gap.heading_path[-1] if gap and gap.heading_path else workspace.draft.title),
            "kind": "edit",
            "status": "pending",
            "locations": [schema.ToolCallLocation(path=str(workspace.path), line=line)],
            "content": [
                acp.tool_diff_content(
                    str(workspace.path), visible(new.decode()), visible(data[begin:end].decode())
                ),
                *(acp.tool_content(acp.text_block(one_line(line))) for line in remarks),
            ],
        }
        client, session = self._client, self._session
        await client.session_update(session_id=session, update=acp.start_tool_call(**tool_call))
        is_fact = reviewer.piece is not None and reviewer.piece.is_fact
        keys = (
            "art"
            if doubt is None or doubt.is_of_all or is_fact
            else "artx"
            if doubt.is_question
            else "artmxT"
        )
        words = (
            {"about": shortened(report.message(doubt), _MAX_LABEL), "approval": report.approval(doubt)}
            if doubt
            else {}
        )
        options = [
            schema.PermissionOption(option_id=key, name=name.format(**words), kind=kind)  # type: ignore[arg-type]
            for key in keys
            for _, name, kind in (_OPTIONS[key],)
        ]
        call = schema.ToolCallUpdate(**tool_call)
        answer = await client.request_permission(session_id=session, tool_call=call, options=options)
        return tool_call["tool_call_id"], str(getattr(answer.outcome, "option_id", ""))

    async def _end(self, call: str, *, is_accepted: bool) -> None:
        """Tell the client what became of a diff."""
        import acp

        news = acp.update_tool_call(call, status="completed" if is_accepted else "failed")
        await self._client.session_update(session_id=self._session, update=news)


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").removeprefix("\ufeff")
