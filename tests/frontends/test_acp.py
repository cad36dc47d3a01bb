"""`assistant acp` with a client that speaks the protocol: diffs are shown, what is accepted is written."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import acp
import fakes
import pytest
from forks import Fork
from panel import Panel, talking

HEADING = "## Choosing what to hand over\n"


@pytest.fixture
def model(home: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch) -> fakes.FakeServer:
    """Let the author's environment name the fake model."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    return server


async def test_a_piece_is_accepted_and_the_others_rejected(
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


async def test_a_diff_shows_no_sign_for_the_ends_of_lines(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """Whatever they are, in the draft and in the text; the file keeps them."""
    before = sample.read_bytes().replace(b"\n", b"\r\n")
    sample.write_bytes(before)
    panel = Panel("arrrr")
    async with talking(panel, blog) as prompt:
        await prompt(acp.text_block(f"@{sample}"))
    assert not any("␍" in diff.new_text + (diff.old_text or "") for diff in panel.diffs)
    heading = HEADING.replace("\n", "\r\n").encode()
    assert sample.read_bytes() == before.replace(heading, heading + b"\r\n" + fakes.PROSE.encode() + b"\r\n")


async def test_a_name_in_the_words_and_an_instruction_below(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """What else the author asks for is told to the model; a question taken back ends the turn."""
    before = sample.read_bytes()
    panel = Panel(["a", "cancel"])
    async with talking(panel, blog) as prompt:
        assert await prompt(acp.text_block(f"@{sample}\nbriefly, as to a friend")) == "cancelled"
    assert sample.read_bytes() != before and sample.read_text("utf-8").count(fakes.PROSE) == 1
    assert "briefly, as to a friend" in model.requests[0]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "above, below",
    [("", "\nbriefly, as to a friend"), ("", ": briefly\nas to a friend"), ("briefly,\nas to a friend ", "")],
)
async def test_all_words_beside_a_link_to_the_draft_are_an_instruction(
    sample: Path, blog: Path, model: fakes.FakeServer, above: str, below: str
) -> None:
    link = acp.resource_link_block("the draft", sample.absolute().as_uri())
    texts = [acp.text_block(text) for text in (above, below) if text]
    panel = Panel(["cancel"])
    async with talking(panel, blog) as prompt:
        await prompt(*texts[: bool(above)], link, *texts[bool(above) :])
    sent = model.requests[0]["messages"][-1]["content"]
    assert "briefly" in sent and "as to a friend" in sent


async def test_the_last_diff_of_an_instruction_shows_that_it_goes(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """What accepting takes out is in the diff, and in no other."""
    panel = Panel("aaaaa")
    async with talking(panel, blog) as prompt:
        await prompt(acp.text_block(f"@{sample}"))
    assert ["Expand each of these" in diff.old_text for diff in panel.diffs] == [False] * 4 + [True]
    assert "Expand each" not in panel.diffs[-1].new_text and "Expand each" not in sample.read_text("utf-8")


@pytest.mark.parametrize("linked", [False, True])
async def test_lines_behind_the_draft_s_name_are_revised(
    sample: Path, blog: Path, model: fakes.FakeServer, linked: bool
) -> None:
    """What to change is below it; the diff is of the finished text."""
    before = sample.read_text("utf-8")
    line = before[: before.index("I was away")].count("\n") + 1
    panel = Panel(["a"])
    link = acp.resource_link_block("the draft", sample.absolute().as_uri())
    named = (
        [link, acp.text_block(f" {line}\nplainer")]
        if linked
        else [acp.text_block(f"@{sample} {line}\nplainer")]
    )
    async with talking(panel, blog) as prompt:
        await prompt(*named)
    assert sample.read_text("utf-8") == before.replace("I was away", "Truly was away")


async def test_a_doubtful_sentence_is_dropped_before_its_piece_is_accepted(
    sample: Path, blog: Path, model: fakes.FakeServer
) -> None:
    """The options name what is doubted; the piece is shown again without it."""
    lost = "We lost $48,312 on it."
    model.answer = lambda request: f"{fakes.default_answer(request)} {lost}"
    panel = Panel(["x", "a", "cancel"])
    async with talking(panel, blog) as prompt:
        await prompt(acp.text_block(f"@{sample}"))
    assert lost in panel.diffs[0].new_text and lost not in panel.diffs[1].new_text
    assert fakes.PROSE in sample.read_text("utf-8") and lost not in sample.read_text("utf-8")


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


def test_it_ends_with_its_input_whatever_that_is(home: Path, tmp_path: Path) -> None:
    """A file and /dev/null are no pipes, which asyncio would need; both ends may be files."""
    hello = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1}}\n'
    (tmp_path / "in").write_bytes(hello)
    for given in (os.devnull, tmp_path / "in"):
        with open(given, "rb") as stdin, open(tmp_path / "out", "wb") as stdout:
            assert Fork(["acp"], [stdin.fileno(), stdout.fileno(), 2]).wait(60) == 0
    assert json.loads((tmp_path / "out").read_bytes())["result"]["agentInfo"]["name"] == "assistant"


async def test_a_piece_whose_place_changes_while_it_is_asked_about_is_not_asked_about_again(
    blog: Path, model: fakes.FakeServer
) -> None:
    """Nothing could be accepted; the author is told where, and the other pieces are asked about."""
    path = blog / "mill.md"
    path.write_text(
        "# The mill\n\nWe walk up.\n\n## Wheel\n\nTODO: the wheel\n\n## Smoke\n\nTODO: the smoke\n"
    )

    class Writing(Panel):
        async def request_permission(self, tool_call: Any, options: list[Any], **more: Any) -> Any:
            path.write_text(path.read_text().replace("TODO: the wheel", "It turned."))
            return await super().request_permission(tool_call, options, **more)

    model.answer = fakes.different_answer
    panel = Writing("ar")
    async with talking(panel, blog) as prompt:
        assert await prompt(acp.text_block("@mill.md")) == "end_turn"
    assert len(panel.diffs) == 2 and "line 7: the draft changed here, so its text couldn't" in panel.said
    assert set(panel.states.values()) == {"failed"}
    assert "It turned." in path.read_text()


async def test_a_turn_that_is_stopped_says_of_no_piece_that_the_draft_changed(
    blog: Path, model: fakes.FakeServer
) -> None:
    """One piece is written again when the author stops, and the other one was not asked about."""
    (blog / "mill.md").write_text(
        "# The mill\n\nWe walk up.\n\n## Wheel\n\nTODO: the wheel\n\n## Smoke\n\nTODO: the smoke\n"
    )
    loop = asyncio.get_running_loop()

    class Stopping(Panel):
        async def session_update(self, session_id: str, update: Any, **more: Any) -> None:
            self.session = session_id
            await super().session_update(session_id, update, **more)

    panel = Stopping("t")

    def answer(request: dict[str, Any]) -> str:
        if len(model.requests) > 2:
            stop = panel.agent.cancel(session_id=panel.session)
            asyncio.run_coroutine_threadsafe(stop, loop).result()
            time.sleep(1)
        return fakes.different_answer(request)

    model.answer = answer
    async with talking(panel, blog) as prompt:
        assert await prompt(acp.text_block("@mill.md")) == "cancelled"
    assert len(panel.diffs) == 1 and "the draft changed here" not in panel.said


async def test_a_piece_that_fails_ends_no_turn_while_another_is_written(
    blog: Path, model: fakes.FakeServer
) -> None:
    """The author is told why there is no text, and is asked about the one that comes later."""
    (blog / "mill.md").write_text(
        "# The mill\n\nWe walk up.\n\n## Wheel\n\nTODO: the wheel\n\n## Smoke\n\nTODO: the smoke\n"
    )

    def answer(request: dict[str, Any]) -> str:
        if "Smoke" in request["messages"][-1]["content"]:
            end = time.monotonic() + 3
            while "not expanded" not in panel.said and time.monotonic() < end:
                time.sleep(0.01)
            return fakes.different_answer(request)
        return "I'm sorry, but as an AI language model I can't help with that request."

    model.answer = answer
    panel = Panel("r")
    async with talking(panel, blog) as prompt:
        assert await prompt(acp.text_block("@mill.md")) == "end_turn"
    assert len(panel.diffs) == 1 and "mill.md:7: not expanded" in panel.said
