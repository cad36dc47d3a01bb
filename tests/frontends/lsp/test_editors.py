"""Real editors with the settings that docs/editors/ gives: a section is written, accepted, rejected, saved.

They run where the editor is found. With ASSISTANT_EDITORS=required, as in .ci/run, one that is missing fails.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import command, program
from editor import pasted

OTHER = (
    "When it breaks I ask what we missed, and I ask it before anybody has said whose it was. "
    "Then we write down the answer, and most weeks that is the end of it."
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


EMACS = """
(require 'json)
(setq make-backup-files nil create-lockfiles nil)
(defvar seen nil)
(defun codes ()
  (sort (delq nil (mapcar (lambda (d) (let ((data (flymake-diagnostic-data d)))
      (plist-get (cdr (assq 'eglot-lsp-diag data)) :code)))
    (flymake-diagnostics))) #'string<))
(defun wait-for (what test)
  (let ((end (+ (float-time) 150)))
    (while (not (funcall test))
      (when (> (float-time) end)
        (message "waited in vain: %s %S" what (codes))
        (kill-emacs 1))
      (eglot--signal-textDocument/didChange) ; eglot sends changes when Emacs is idle, which a batch never is
      (accept-process-output nil 0.05))))
(defun proposals () (cl-count "proposed" (codes) :test #'equal))
(find-file (getenv "SAMPLE"))
(text-mode)
(eglot-ensure)
(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)
(wait-for "gaps" (lambda () (= (length (codes)) 3)))
(push (cons 'hints (vconcat (codes))) seen)
(defun press (key) (call-interactively (lookup-key eglot-mode-map (kbd key))))
(goto-char (point-min))
(search-forward "## Choosing")
(press "C-c ; w")
(wait-for "a proposal" (lambda () (= (proposals) 1)))
(push (cons 'proposed (proposals)) seen)
(goto-char (point-min))
(search-forward "## Choosing")
(press "C-c ; a")
(wait-for "accepted" (lambda () (= (proposals) 0)))
(goto-char (point-min))
(search-forward "## What to do")
(press "C-c ; w")
(wait-for "a second proposal" (lambda () (= (proposals) 1)))
(push (cons 'second (proposals)) seen)
(press "C-c ; r")
(wait-for "rejected" (lambda () (= (proposals) 0)))
(push (cons 'left (proposals)) seen)
(save-buffer)
(with-temp-file (getenv "SEEN") (insert (json-encode seen)))
(kill-emacs 0)
"""


def test_emacs_with_eglot_writes_accepts_rejects_and_saves(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: fakes.FakeServer | None
) -> None:
    """With the page's Lisp and its keys, in a batch Emacs."""
    emacs = program("emacs")
    before = sample.read_bytes().decode()
    (tmp_path / "init.el").write_text(pasted("emacs.md", "elisp"))
    (tmp_path / "drive.el").write_text(EMACS)
    monkeypatch.setenv("SAMPLE", str(sample))
    monkeypatch.setenv("SEEN", str(tmp_path / "seen.json"))
    loads = ["-l", str(tmp_path / "init.el"), "-l", str(tmp_path / "drive.el")]
    run([emacs, "--batch", "--eval", "(package-initialize)", *loads], tmp_path / "log")
    check(before, sample, json.loads((tmp_path / "seen.json").read_text()), model)


@pytest.mark.parametrize("name", ["vim", "kak"])
def test_the_filter_writes_a_section_in_editors_that_pipe(
    name: str, sample: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the page's own settings, the marked heading gets its section and no other byte changes."""
    path = program(name)
    before = sample.read_bytes().decode()
    monkeypatch.setenv("PATH", f"{Path(command()).parent}{os.pathsep}{os.environ['PATH']}")
    settings = tmp_path / "settings"
    if name == "vim":
        settings.write_text(pasted("vim.md", "vim"))
        steps = [f"edit {sample}", "/^## Choosing", ".Assistant", "write", "qa!"]
        arguments = [path, "-N", "-u", str(settings), "-es", *(p for step in steps for p in ("-c", step))]
    else:
        settings.write_text(pasted("kakoune.md", "kak"))
        find = "execute-keys '/^## Choosing<ret>x'"
        steps = [f"source {settings}", f"edit {sample}", find, "assistant", "write", "quit"]
        arguments = [path, "-n", "-ui", "dummy", "-e", "; ".join(steps)]
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        run(arguments, tmp_path / "log")
    assert sample.read_bytes().decode() == before.replace(HEADING, f"{HEADING}\n{fakes.PROSE}\n")
