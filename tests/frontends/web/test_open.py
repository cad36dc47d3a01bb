"""`assistant open` as a command: what it prints, who is let in, and how it ends."""

from __future__ import annotations

import re
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import fakes
import pytest
from conftest import Run
from forks import Piped

from assistant.errors import InputError
from assistant.frontends import web


@pytest.fixture
def opened(sample: Path, server: fakes.FakeServer) -> Iterator[tuple[Piped, str]]:
    process = Piped("open", "--no-browser", "--base-url", server.url, sample)
    address = re.search(r"http://\S+", process.stderr.readline().decode())
    assert address is not None
    yield process, address[0]
    process.end()


def test_the_address_opens_the_page_and_ctrl_c_ends_it(opened: tuple[Piped, str]) -> None:
    process, address = opened
    assert address.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(address.partition("/enter")[0])
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(address) as answer:
        page = answer.read().decode()
        assert "server" not in answer.headers
    assert page.count('class="piece waiting"') == 5
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert process.stderr.read() == b""


def test_what_is_no_draft_ends_in_a_line(run: Run, blog: Path) -> None:
    done = run("open", "--no-browser", "nothing.md")
    assert done.returncode == 2
    assert done.stderr.startswith(b"assistant: nothing.md")


def test_where_no_port_can_be_had_a_line_says_so(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(address: object, **options: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr("socket.create_server", refused)
    with pytest.raises(InputError, match=r"no port of 127\.0\.0\.1 is free: Address"):
        web.run(str(sample), browser=False)
