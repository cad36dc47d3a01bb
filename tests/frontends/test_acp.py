"""`assistant acp` with a client that speaks the protocol: diffs are shown, what is accepted is written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import acp
import fakes
import pytest
from acp import schema
from conftest import command

HEADING = "## Choosing what to hand over\n"


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
    """Start the agent in a subprocess and a conversation with it."""
    environment = dict(os.environ)
    async with acp.spawn_agent_process(panel, command(), "acp", env=environment) as (agent, _):
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


@pytest.fixture
def model(home: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeServer:
    """Let the author's environment name the fake model."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    return server


async def test_a_piece_is_accepted_and_the_others_refused(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """The diff holds whole lines; every byte outside the accepted piece is as it was."""
    before = sample.read_bytes()
    panel = Panel("arrrr")
    async with talking(panel, blog) as prompt:
        link = acp.resource_link_block("the draft", sample.absolute().as_uri())
        assert await prompt(acp.text_block("Write "), link) == "end_turn"
    heading = HEADING.encode()
    assert sample.read_bytes() == before.replace(heading, heading + b"\n" + fakes.PROSE.encode() + b"\n")
    assert fakes.PROSE in panel.diffs[0].new_text and len(panel.diffs) == 5
    assert sorted(panel.states.values()) == ["completed", *["failed"] * 4]
    assert "tokens to send" in panel.said and "wrote 1" in panel.said


async def test_a_name_in_the_words_and_an_instruction_below(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """What the author asks for besides is told to the model; a question taken back ends the turn."""
    before = sample.read_bytes()
    panel = Panel(["a", "cancel"])
    async with talking(panel, blog) as prompt:
        assert await prompt(acp.text_block(f"@{sample}\nbriefly, as to a friend")) == "cancelled"
    assert sample.read_bytes() != before and sample.read_text("utf-8").count(fakes.PROSE) == 1
    assert "briefly, as to a friend" in model.requests[0]["messages"][-1]["content"]


async def test_what_can_t_be_done_is_said_in_a_line(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """No draft, one that isn't there, and one that isn't saved: nothing is sent, nothing is written."""
    before = sample.read_bytes()
    panel = Panel([], unsaved="more")
    async with talking(panel, blog) as prompt:
        for words, says in (
            ("Hello", "Name a draft"),
            ("nothing.md", "nothing.md"),
            (str(sample), "save it first"),
        ):
            assert await prompt(acp.text_block(words)) == "end_turn"
            assert says in panel.said
    assert not model.requests and sample.read_bytes() == before and "Traceback" not in panel.said
