"""An editor's agent panel that speaks to `assistant acp` in a process of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import acp
from acp import schema
from forks import Fork


class Panel:
    """An agent panel whose author presses the keys in `choices`, one for each piece."""

    def __init__(self, choices: Sequence[str], unsaved: str = "") -> None:
        self.choices, self.unsaved = list(choices), unsaved
        self.said = ""
        self.diffs: list[Any] = []
        self.states: dict[str, str] = {}

    def on_connect(self, conn: Any) -> None:
        self.agent = conn

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        if update.session_update == "agent_message_chunk":
            self.said += update.content.text
        else:
            self.states[update.tool_call_id] = update.status

    async def request_permission(self, tool_call: Any, options: list[Any], **_: Any) -> Any:
        self.diffs.append(tool_call.content[0])
        choice = self.choices.pop(0)
        if choice == "cancel":
            return schema.RequestPermissionResponse(outcome=schema.DeniedOutcome(outcome="cancelled"))
        assert choice in {option.option_id for option in options}
        return schema.RequestPermissionResponse(
            outcome=schema.AllowedOutcome(outcome="selected", option_id=choice)
        )

    async def read_text_file(self, path: str, session_id: str, **_: Any) -> Any:
        return schema.ReadTextFileResponse(content=Path(path).read_text("utf-8") + self.unsaved)


@asynccontextmanager
async def talking(panel: Panel, folder: Path) -> Any:
    """Start the agent and a conversation with it."""
    stdin, stdout = socket.socketpair(), socket.socketpair()
    with stdin[1], stdout[1]:
        process = Fork(["acp"], [stdin[1].fileno(), stdout[1].fileno(), 2])
    _, writer = await asyncio.open_connection(sock=stdin[0])
    reader, unused = await asyncio.open_connection(sock=stdout[0])
    agent = acp.connect_to_agent(panel, writer, reader)
    try:
        files = schema.FileSystemCapabilities(read_text_file=True)
        able = schema.ClientCapabilities(fs=files)
        started = await agent.initialize(protocol_version=acp.PROTOCOL_VERSION, client_capabilities=able)
        assert started.agent_info.name == "assistant"
        session = await agent.new_session(cwd=str(folder.absolute()), mcp_servers=[])

        async def prompt(*blocks: Any) -> str:
            answer = await asyncio.wait_for(
                agent.prompt(prompt=list(blocks), session_id=session.session_id), 60
            )
            return str(answer.stop_reason)

        yield prompt
    finally:
        await agent.close()
        for end in (writer, unused):
            end.close()
            await end.wait_closed()
    assert process.wait(60) == 0
