"""Real editors with the settings that docs/editors/ gives: a section is written, accepted, rejected, saved.

They run where the editor is found. With ASSISTANT_EDITORS=required, as in .ci/run, one that is missing fails.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fakes
import pytest
from conftest import Run, command, program
from editor import page, pasted
from tmux import Tmux

OTHER = (
    "When something breaks, ask what is missing, and ask it before anybody says whose it is. "
    "Then write down the answer, and that is the end of it."
)
pytestmark = pytest.mark.slow
HEADING = "## Choosing what to hand over\n"


@pytest.fixture
def model(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[fakes.FakeServer | None]:
    """Use a fake model, or a local one that needs no key where a test names it."""
    monkeypatch.setenv("PATH", f"{Path(command()).parent}{os.pathsep}{os.environ['PATH']}")
    if getattr(request, "param", "fake") == "local":
        monkeypatch.setenv("ASSISTANT_MODEL", "smollm2-135m")
        yield None
    else:
        with fakes.serving(delay=0.02) as fake:
            fake.answer = lambda request: fakes.PROSE if len(fake.requests) == 1 else OTHER
            monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
            yield fake


def run(arguments: list[str], log: Path) -> None:
    """Run an editor to its end; what it said is in the failure."""
    with log.open("wb") as out:
        done = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=400, check=False
        )
    assert done.returncode == 0, log.read_text("utf-8", "replace")


def check(before: str, sample: Path, seen: dict[str, object], fake: fakes.FakeServer | None) -> None:
    """See that the saved file is the old one but for the accepted section, byte for byte."""
    assert seen["hints"] == ["empty-section", "empty-section", "instruction"]
    assert seen["proposed"] == 1 and seen["second"] == 1 and seen["left"] == 0
    after = sample.read_bytes().decode()
    head, tail = before.split(HEADING)
    assert after.startswith(head + HEADING + "\n") and after.endswith("\n" + tail)
    written = after[len(head + HEADING) + 1 : len(after) - len(tail) - 1]
    assert len(written.split()) > 10 and not written.startswith("\n")
    if fake is not None:
        assert written == fakes.PROSE


NVIM = """
local seen = {}
local function codes()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code))
  end
  table.sort(found)
  return found
end
local function count(code)
  local n = 0
  for _, c in ipairs(codes()) do if c == code then n = n + 1 end end
  return n
end
local function wait(what, test)
  if not vim.wait(150000, test, 20) then
    io.stderr:write("waited in vain: " .. what .. vim.inspect(codes()) .. vim.fn.execute("messages"))
    vim.cmd("cquit 1")
  end
end
local function press(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), "mx", false)
end
vim.cmd("edit " .. vim.env.SAMPLE)
vim.cmd("setfiletype markdown")
wait("gaps", function() return #codes() == 3 end)
seen.hints = codes()
local original = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
vim.fn.search("^## Choosing")
press("<leader>aw")
wait("a proposal", function() return count("proposed") == 1 end)
seen.proposed = count("proposed")
vim.cmd("silent undo")
seen.undone = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") == original
vim.cmd("silent redo")
wait("the proposal again", function() return count("proposed") == 1 end)
vim.fn.search("^## Choosing")
press("<leader>aa")
wait("accepted", function() return count("proposed") == 0 and count("empty-section") == 1 end)
vim.fn.search("^## What to do")
press("<leader>aw")
wait("a second proposal", function() return count("proposed") == 1 end)
seen.second = count("proposed")
press("<leader>ar")
wait("rejected", function() return count("proposed") == 0 and count("empty-section") == 1 end)
seen.left = count("proposed")
vim.cmd("write")
local out = io.open(vim.env.SEEN, "w")
out:write(vim.fn.json_encode(seen))
out:close()
vim.cmd("qall!")
"""


@pytest.mark.parametrize("model", ["fake", "local"], indirect=True)
def test_neovim_writes_accepts_rejects_and_saves(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: fakes.FakeServer | None
) -> None:
    """With the page's Lua and its keys; what streamed in is one step of undo."""
    nvim = program("nvim")
    before = sample.read_bytes().decode()
    (tmp_path / "init.lua").write_text(pasted("neovim.md", "lua"))
    (tmp_path / "drive.lua").write_text(NVIM)
    monkeypatch.setenv("SAMPLE", str(sample))
    monkeypatch.setenv("SEEN", str(tmp_path / "seen.json"))
    arguments = [nvim, "--headless", "-n", "-u", str(tmp_path / "init.lua")]
    run([*arguments, "-c", f"luafile {tmp_path / 'drive.lua'}"], tmp_path / "log")
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["undone"]
    check(before, sample, seen, model)


REVISE = """
local function wait(what, test)
  if not vim.wait(150000, test, 20) then
    io.stderr:write("waited in vain: " .. what .. vim.fn.execute("messages"))
    vim.cmd("cquit 1")
  end
end
local function press(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), "mx", false)
end
local function has(words)
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n"):find(words, 1, true) ~= nil
end
vim.fn.input = function() return "plainer" end
vim.cmd("edit " .. vim.env.SAMPLE)
vim.cmd("setfiletype markdown")
wait("gaps", function() return #vim.diagnostic.get(0) == 3 end)
for _, step in ipairs({ { "r", "Truly" }, { "a", "Surely" } }) do
  local revised = step[2] .. " was away"
  vim.fn.search("I was away")
  press("V<leader>av")
  wait("a revision", function() return has(revised) end)
  wait("a proposal", function() return #vim.diagnostic.get(0) == 4 end)
  vim.fn.search(revised)
  press("<esc><leader>a" .. step[1])
  wait("a decision", function() return #vim.diagnostic.get(0) == 3 end)
end
vim.cmd("write")
vim.cmd("qall!")
"""


def test_neovim_revises_selected_text(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: fakes.FakeServer
) -> None:
    """With the page's keys on a selection; once rejected, then accepted and saved."""
    nvim, before = program("nvim"), sample.read_bytes()
    model.answer = fakes.default_answer
    (tmp_path / "init.lua").write_text(pasted("neovim.md", "lua"))
    (tmp_path / "drive.lua").write_text(REVISE)
    monkeypatch.setenv("SAMPLE", str(sample))
    arguments = [nvim, "--headless", "-n", "-u", str(tmp_path / "init.lua")]
    run([*arguments, "-c", f"luafile {tmp_path / 'drive.lua'}"], tmp_path / "log")
    assert sample.read_bytes() == before.replace(b"I was away", b"Surely was away")
    assert "Revise it: plainer" in str(model.requests[0]["messages"][-1]["content"])


class Way(NamedTuple):
    """How an author goes through a page: where its settings go, and what is typed in a terminal."""

    page: str
    language: str
    settings: str
    start: str
    to_heading: tuple[str, ...]
    """Goes to the heading whose name comes next."""
    write: tuple[str, ...]
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    leave: tuple[str, ...] = (":wq", "Enter")
    ready: str = "Choosing what to hand over"
    """What is on the screen once the editor has opened the draft."""
    checked: str = ""
    """What is on the screen once a text is checked, where its stream is shown before."""


_EMACS = "emacs -nw --eval '(setq create-lockfiles nil native-comp-async-report-warnings-errors nil)'"
"""Without warnings on Emacs' own packages, whose window may open between two keys."""
WAYS = {
    "emacs": Way(
        *("emacs.md", "elisp", ".emacs.d/init.el", _EMACS),
        to_heading=("M-<", "C-s"),
        write=("C-c", "\\;", "w"),
        accept=("C-c", "\\;", "a"),
        reject=("C-c", "\\;", "r"),
        leave=("C-x", "C-s", "C-x", "C-c"),
        ready="Flymake[",
    ),
    "nvim": Way(
        *("neovim.md", "lua", ".config/nvim/plugin/assistant.lua", "nvim -n"),
        to_heading=("gg", "/"),
        write=("\\\\aw",),
        accept=("\\\\aa",),
        reject=("\\\\ar",),
        ready="gap: empty",
        checked="proposed, not reviewed",
    ),
    "vim": Way(
        *("vim.md", "vim", ".vimrc", "vim -n"), to_heading=("gg", "/"), write=(":.Assistant", "Enter")
    ),
    "kak": Way(*("kakoune.md", "kak", ".config/kak/kakrc", "kak"), to_heading=("gg", "/"), write=(" a",)),
}


@pytest.mark.parametrize("failure", ["", "401"])
@pytest.mark.parametrize(
    ("name", "file", "settings"),
    [("vim", "vim.md", True), ("vim", "vim.md", False), ("nvim", "neovim.md", False)],
)
def test_a_whole_buffer_goes_through_the_filter(
    name: str,
    file: str,
    settings: bool,
    failure: str,
    model: fakes.FakeServer,
    tmux: Tmux,
    sample: Path,
    tmp_path: Path,
) -> None:
    """With the page's commands no message gets into the text, whatever the settings, and an error shows."""
    commands = re.findall(r"`(:(?:set|%!).*?)`", page(file))
    assert len(commands) == 2 and all(command in page("filter.md") for command in commands)
    if settings:
        (tmp_path / ".vimrc").write_text(pasted("vim.md", "vim"))
    model.failure = failure
    before = sample.read_text("utf-8")
    tmux.press(f"HOME={tmp_path} {program(name)} -n {sample.absolute()}; echo en''ded", "Enter")
    tmux.until("title: Delegating", 60)
    for one in commands:
        tmux("send-keys", "-t", tmux.name, "-l", "--", one)
        tmux.press("Enter")
    if failure:
        tmux.until("shell returned 3", 60)
        assert name == "nvim" or "rejects the API key" in tmux.screen()
        tmux.press("Enter")
    else:
        tmux.until("lines filtered", 60)
    tmux.press(":wq", "Enter")
    tmux.until("ended")
    after = sample.read_text("utf-8")
    assert after.splitlines()[:44] == before.splitlines()[:44] and "assistant:" not in after
    assert after == before if failure else after.count(fakes.PROSE) == 1


@pytest.mark.parametrize("failure", ["", "401"])
def test_emacs_filters_a_buffer_without_messages(
    failure: str, model: fakes.FakeServer, sample: Path, tmp_path: Path
) -> None:
    """With the page's setting, what the command says is in a buffer of its own."""
    found = re.search(r"`C-u M-\| (assistant expand .*?)`", page("emacs.md"))
    setting = re.search(r"`M-: (\(setq shell-.*?\))`", page("emacs.md"))
    assert found and setting
    model.failure = failure
    before = sample.read_text("utf-8")
    edit = f'(shell-command-on-region 1 (point-max) "{found[1]}" nil t shell-command-default-error-buffer)'
    emacs = [program("emacs"), "--batch", str(sample), "--eval", f"(progn {setting[1]} {edit} (save-buffer))"]
    subprocess.run(emacs, check=True, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True)
    after = sample.read_text("utf-8")
    assert after.splitlines()[:44] == before.splitlines()[:44] and "assistant:" not in after
    assert after == before if failure else after.count(fakes.PROSE) == 1


@pytest.mark.parametrize("name", WAYS)
def test_an_author_follows_the_page_in_a_terminal(
    name: str, model: fakes.FakeServer, tmux: Tmux, sample: Path, tmp_path: Path, run: Run
) -> None:
    """Paste the settings, press the keys: one section is accepted, one rejected, no other byte changes."""
    way, path = WAYS[name], program(name)
    settings = tmp_path / "home" / way.settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(pasted(way.page, way.language))
    before = sample.read_text("utf-8")
    arguments = way.start.partition(" ")[2]
    tmux.press(f"HOME={tmp_path / 'home'} {path} {arguments} {sample.absolute()}; echo en''ded", "Enter")
    tmux.until("Delegating without", 60)

    def write(heading: str, words: str) -> None:
        tmux.press(*way.to_heading)
        tmux("send-keys", "-t", tmux.name, "-l", "--", heading.strip())
        tmux.press("Enter")
        tmux.until(way.ready, 60)
        tmux.press(*way.write)
        tmux.until(words, 60)
        tmux.until(way.checked, 60)

    write("## Choosing", "they move.")
    if way.accept:
        tmux.press(*way.accept)
        if way.checked:  # Emacs waits for the answer itself
            tmux.gone(way.checked)
        write("## What to do", "end of it.")
        tmux.press(*way.reject)
        tmux.gone("end of it.", 60)
    tmux.press(*way.leave)
    tmux.until("ended")
    assert sample.read_bytes().decode() == before.replace(HEADING, f"{HEADING}\n{fakes.PROSE}\n")
    assert b"still to decide" not in run("status").stdout


def test_vim_undoes_a_text_with_the_next_key(
    model: fakes.FakeServer, tmux: Tmux, sample: Path, tmp_path: Path
) -> None:
    """No message waits for a key, which would be lost then; what is to be checked is in the quickfix list."""
    model.answer = lambda request: f"{fakes.PROSE} We lost 8,312 dollars in a single week of that."
    (tmp_path / ".vimrc").write_text(pasted("vim.md", "vim"))
    before = sample.read_text("utf-8")
    tmux.press(f"HOME={tmp_path} {program('vim')} -n {sample.absolute()}; echo en''ded", "Enter")
    tmux.until("title: Delegating", 60)
    tmux.press("/## Choosing", "Enter", ":.Assistant", "Enter")
    tmux.until("they move.", 60)
    tmux.until("tokens sent", 60)
    assert "Press ENTER" not in tmux.screen(), tmux.screen()
    tmux.press("u", ":copen", "Enter")
    tmux.until("8,312", 60)
    tmux.press(":wqa", "Enter")
    tmux.until("ended")
    assert sample.read_text("utf-8") == before


BOATS = "# Boats\n\nI walk down to the quay.\n\n## Rowing\n\n## Sailing\n\nI sail in a west wind.\n"


@pytest.mark.parametrize("stays", [False, True], ids=["and leaves insert mode", "and stays in insert mode"])
def test_neovim_keeps_what_is_typed_while_a_text_streams_in_out_of_its_undo_step(
    stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: fakes.FakeServer, tmux: Tmux
) -> None:
    """One undo takes the text away and no line of the author's; what came first is marked as the model's."""
    model.delay = 0.1
    settings = tmp_path / "home" / WAYS["nvim"].settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(pasted("neovim.md", "lua"))
    draft = tmp_path / "boats.md"
    draft.write_text(BOATS)
    tmux.press(f"HOME={tmp_path / 'home'} {program('nvim')} -n {draft}; echo en''ded", "Enter")
    tmux.until("gap: empty", 60)
    tmux.press("5G", "\\\\aw")
    tmux.until("A list of", 60)
    tmux.press("ggONEW LINE", "Escape", "jjoAnother")
    if stays:
        tmux.until("while they move", 60)
    tmux.press(" of mine", "Escape")
    tmux.until("only you know", 60)
    own = BOATS.replace("# Boats\n\n", "NEW LINE\n# Boats\n\nAnother of mine\n")
    for left in (own, own.replace("Another of mine\n", "")):
        tmux.press("u", ":w", "Enter")
        tmux.until("written", 60)
        fragment = draft.read_text().partition("## Rowing\n\n")[2].partition("\n")[0]
        assert fakes.PROSE.startswith(fragment) and "they move" not in fragment
        assert draft.read_text() == left.replace("Rowing\n", f"Rowing\n\n{fragment}\n")
        tmux.until("W A list of", 60)  # the sign of a warning is beside it
        tmux.press(":echo", "Enter")
        tmux.gone("written")


@pytest.mark.parametrize("streams", [True, False], ids=["while it comes", "once it is checked"])
def test_neovim_joins_the_paragraphs_of_a_text(
    streams: bool, tmp_path: Path, model: fakes.FakeServer, tmux: Tmux
) -> None:
    """Neovim tells it as a copy and a deletion; the joined words are still the model's, and come once."""
    one = "We rowed out to the island in the morning, and we took turns at the oars."
    two = (
        "The water was calm, and nobody else was out there. We ate on the rocks and rowed back before the "
        "wind came up, which it does every day in the afternoon."
    )
    model.answer, model.delay = lambda request: f"{one}\n\n{two}", 0.2
    settings = tmp_path / "home" / WAYS["nvim"].settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(pasted("neovim.md", "lua"))
    draft = tmp_path / "boats.md"
    draft.write_text(BOATS)
    tmux.press(f"HOME={tmp_path / 'home'} {program('nvim')} -n {draft}; echo en''ded", "Enter")
    tmux.until("gap: empty", 60)
    tmux.press("5G", "\\\\aw")
    tmux.until("calm, and nobody" if streams else "only you know", 60)
    tmux.press("7GJJ")
    tmux.until("oars. The water", 60)
    tmux.until("afternoon.", 60)
    tmux.until("only you know", 60)
    tmux.press(":w", "Enter")
    tmux.until("written", 60)
    assert draft.read_text() == BOATS.replace("Rowing\n", f"Rowing\n\n{one} {two}\n")
    tmux.press("\\\\ar")
    tmux.gone("oars. The", 60)
    tmux.press(":wq", "Enter")
    tmux.until("ended")
    assert draft.read_text() == BOATS
