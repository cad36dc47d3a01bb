"""The pages without a browser: requests to the application, and what a page is told."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import fakes
import pytest
from starlette.testclient import TestClient

from assistant.app import draft_pool
from assistant.app.draft_pool import DraftPool, OpenDraft
from assistant.core.review.state import Phase
from assistant.frontends.web.guard import Guard
from assistant.frontends.web.server import Pages

PORT = 4444
ORIGIN = f"http://127.0.0.1:{PORT}"


class Browser:
    """A browser with the cookie, without scripts."""

    def __init__(self, pool: DraftPool) -> None:
        self.pool = pool
        self.ended = False
        self.pages = Pages(pool, self._end, is_ending=lambda: self.ended)
        self.guard = Guard(self.pages.application(), port=PORT)
        self.client = TestClient(self.guard, base_url=ORIGIN, headers={"Origin": ORIGIN})
        self.entered = self.client.get(self.guard.address())

    def _end(self) -> None:
        self.ended = True

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def post(self, address: str, **fields: Any) -> dict[str, Any]:
        answer = self.client.post(address, json=fields)
        assert answer.status_code == 200, answer.text[:500]
        return dict(answer.json())

    def do(self, command: str, **fields: Any) -> dict[str, Any]:
        return self.post(f"/draft/{self.pool.only}/do", command=command, **fields)

    @property
    def draft(self) -> OpenDraft:
        return self.pool.draft(self.pool.only)

    def write_all(self) -> None:
        """Have everything written, and wait until nothing is being written any more."""
        self.do("begin")
        self.finish()

    def finish(self) -> None:
        """Wait until nothing is being written."""
        while self.draft.writer.busy:
            time.sleep(0.01)

    def keys(self) -> list[str]:
        return [piece.key for piece in self.draft.session.review.shown]


Opens = Callable[..., Browser]


@pytest.fixture
def opens(home: Path) -> Iterator[Opens]:
    desks: list[DraftPool] = []

    def open_(path: object, **options: Any) -> Browser:
        desks.append(DraftPool(str(path), **options))
        return Browser(desks[-1])

    yield open_
    for one in desks:
        one.close()


def test_a_draft_goes_from_the_page_to_the_file_and_only_accepted_bytes_change(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    before = sample.read_bytes()
    browser = opens(sample, base_url=server.url)
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count('class="piece waiting"') == 5
    assert not server.requests, "nothing is sent before the author says so"
    browser.write_all()
    keys = browser.keys()
    assert browser.do("accept", key=keys[0])["key"] == keys[1]
    browser.do("reject", key=keys[1])
    browser.do("edit", key=keys[2], text="My own words.")
    browser.do("retry", key=keys[3], text="mention the budget")
    browser.finish()
    assert "mention the budget" in fakes.contents(server.requests[-1])[-1]
    assert browser.do("write")["said"].startswith("wrote 2 of 2 pieces")
    after = sample.read_bytes()
    expected = before.replace(
        b"## Choosing what to hand over\n",
        b"## Choosing what to hand over\n\n" + fakes.PROSE.encode() + b"\n",
    )
    lines = expected.split(b"\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"- **Fixing it myself.**"))
    lines[at] += b" My own words."
    assert [line for line in after.split(b"\n") if line] == [line for line in lines if line]


def test_everything_is_in_the_store_that_other_front_ends_use(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    browser.do("accept", key=browser.keys()[0])
    browser.pool.close()
    again = opens(sample, base_url=server.url)
    pieces = again.draft.session.review.shown
    assert [piece.verdict.value for piece in pieces][:2] == ["accepted", "undecided"]
    assert all(piece.phase is Phase.READY for piece in pieces)


def test_the_last_write_is_taken_back_from_the_page(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    before = sample.read_bytes()
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    assert browser.do("undo_write")["said"] == "nothing to undo"
    browser.do("accept", key=browser.keys()[0])
    browser.do("write")
    assert "Undo the last write" in browser.get(f"/draft/{browser.pool.only}")
    assert browser.do("undo_write")["said"] == "undid 1 of 1 piece: 1 still accepted"
    assert sample.read_bytes() == before
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count('class="piece ready"') == 4 and page.count('class="piece accepted"') == 1
    assert "Undo the last write" not in page
    assert browser.do("write")["said"].startswith("wrote 1 of 1")


def test_what_failed_is_filled_by_the_same_button(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    server.failure = "401"
    browser.write_all()
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count('class="piece failed"') == 5
    assert page.count('class="failure"') == 1, "one reason is told once"
    server.failure = ""
    browser.write_all()
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count('class="piece ready"') == 5 and "Fill the" not in page


def test_undo_redo_versions_splits_and_accepting_the_rest(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    server.answer = fakes.different_answer
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    first = browser.keys()[0]

    def verdict() -> str:
        piece = browser.draft.session.review.piece(first)
        assert piece is not None
        return piece.verdict.value

    browser.do("accept", key=first)
    browser.do("undo")
    assert verdict() == "undecided"
    browser.do("redo")
    assert verdict() == "accepted"
    browser.do("retry", key=first)
    browser.finish()
    page = browser.get(f"/draft/{browser.pool.only}")
    assert "version 2 of 2" in page
    browser.do("show_version", key=first, argument=-1)
    assert "version 1 of 2" in browser.get(f"/draft/{browser.pool.only}")
    browser.do("accept_rest")
    review = browser.draft.session.review
    assert not [s for s in review.shown if s.undecided and s.hunk and not s.hunk.warnings]


def test_the_last_card_of_an_instruction_shows_that_it_goes(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    bullets = browser.keys()[2:]
    gone = '<div class="gone">'
    browser.do("accept", key=bullets[0])
    assert gone not in browser.get(f"/draft/{browser.pool.only}")
    browser.do("accept", key=bullets[1])
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count(gone) == 1 and page.index(gone) > page.index(f'id="piece-{bullets[2]}"')
    browser.do("accept", key=bullets[2])
    browser.do("write")
    sample.write_text(sample.read_text("utf-8").replace("# Dele", "A line.\n\n# Dele", 1), "utf-8")
    browser.pool.draft(browser.pool.only).follow()
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count("written</span>") == 3 and fakes.without_points(page)[1] == 3, (
        "each card shows the file's words"
    )


def test_a_page_is_told_only_what_is_new(opens: Opens, sample: Path, server: fakes.FakeServer) -> None:
    browser = opens(sample, base_url=server.url)
    page = browser.get(f"/draft/{browser.pool.only}")
    number = re.search(r'data-view="([^"]+)"', page)
    assert number is not None
    view = browser.pages.tabs[number[1]]
    browser.write_all()
    told = dict(view.changes())
    assert set(told) <= {"pieces", "bar"}
    assert len(told["pieces"]) == 5
    assert view.changes() == []
    key = browser.keys()[1]
    browser.do("reject", key=key)
    told = dict(view.changes())
    assert list(told["pieces"]) == [key]
    assert "rejected" in told["bar"]


def test_two_pages_see_each_others_decisions(opens: Opens, sample: Path, server: fakes.FakeServer) -> None:
    browser = opens(sample, base_url=server.url)
    for _ in range(2):
        browser.get(f"/draft/{browser.pool.only}")
    browser.write_all()
    views = list(browser.pages.tabs.values())
    for view in views:
        view.changes()
    browser.do("accept", key=browser.keys()[0])
    told = [dict(view.changes()) for view in views]
    assert told[0] == told[1]
    assert 'data-state="accepted"' in told[0]["pieces"][browser.keys()[0]]


def test_a_draft_that_another_program_changes_is_followed(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.get(f"/draft/{browser.pool.only}")
    browser.write_all()
    view = next(iter(browser.pages.tabs.values()))
    view.changes()
    sample.write_bytes(sample.read_bytes().replace(b"I was away for a week", b"I was away for two weeks"))
    browser.draft.follow()
    told = dict(view.changes())
    assert "I was away for two weeks" in told["page"]
    assert "changed in another program" in told["said"]
    browser.do("accept", key=browser.keys()[0])
    assert browser.do("write")["said"].startswith("wrote 1 of 1")
    assert b"two weeks" in sample.read_bytes()


def test_a_draft_in_another_session_is_looked_at_or_taken_over(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    first = opens(sample, base_url=server.url)
    first.do("begin")
    first.finish()
    second = opens(sample, base_url=server.url)
    name = second.pool.only
    assert "Take over" in second.get(f"/draft/{name}", 409)
    assert "Open in another session" in second.client.post(f"/draft/{name}/open?mode=look").text
    assert "another session" in second.do("accept", key=second.keys()[0])["said"]
    assert "Open in another session" not in second.client.post(f"/draft/{name}/open?mode=takeover").text
    second.do("accept", key=second.keys()[0])
    said = first.do("reject", key=first.keys()[1])
    assert "another session" in said["said"]


def test_a_draft_that_no_page_shows_any_more_is_let_go_and_opened_again(
    opens: Opens, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opens(sample), opens(sample)
    address = f"/draft/{first.pool.only}"
    page = first.get(address)
    second.get(address, 409)
    first.pool.sweep()
    second.get(address, 409)
    monkeypatch.setattr(draft_pool, "_IDLE_SECONDS", 0.0)
    first.pool.sweep()
    second.get(address)
    second.pool.sweep()
    assert first.get(address) != page  # another view, of a draft that was opened again


def test_a_folder_lists_its_drafts_with_their_gaps(opens: Opens, blog: Path) -> None:
    browser = opens("drafts")
    (blog / "drafts" / "broken.md").write_bytes(b"\xff\xfe")
    page = browser.get("/")
    assert page.index("Delegating without disappearing") < page.index("The meetings I kept"), (
        "gaps come first"
    )
    assert "<bdi>Expand each of these · line 53</bdi>" in page
    assert "not UTF-8" in page
    address = re.search(r'href="(/draft/\w+)"><bdi>Delegating', page)
    assert address is not None
    assert 'class="piece waiting"' in browser.get(address[1])
    assert "no such draft" in browser.get("/draft/000000000000", 400)


def test_a_folder_whose_drafts_are_gone_says_so(opens: Opens, tmp_path: Path) -> None:
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "one.md").write_text("# One\n")
    pages = opens(tmp_path / "blog")
    (tmp_path / "blog" / "one.md").unlink()
    assert "no Markdown files in this folder" in pages.get("/")


def test_before_and_after_are_shown_as_text_and_as_a_diff(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    browser.do("accept", key=browser.keys()[0])
    address = f"/draft/{browser.pool.only}/preview?form="
    words = fakes.PROSE.split(".")[0]
    assert words in browser.get(address + "after")
    assert words not in browser.get(address + "before")
    assert f"<ins>{words}" in browser.get(address + "changes")
    browser.do("edit", key=browser.keys()[2], text="My own words.")
    diff = browser.get(address + "diff")
    assert f"<ins>{words}" in diff
    assert re.search(r'<div data-line="\d+" class="changed"><span>- \*\*F.+<ins> My own words.</ins>', diff)
    assert "unchanged lines" in diff and "I was away for a week" not in diff


def test_a_draft_of_many_pieces_opens_with_the_first_and_the_rest_follow(
    opens: Opens, home: Path, blog: Path
) -> None:
    path = blog / "drafts" / "long.md"
    path.write_text("# Long\n\n" + "".join(f"## Part {n}\n\n" for n in range(100)))
    browser = opens(path)
    page = browser.get(f"/draft/{browser.pool.only}")
    assert page.count('class="piece waiting"') == 100
    assert page.count('data-do="retry"') == 40
    view = next(iter(browser.pages.tabs.values()))
    told = [dict(view.changes())["pieces"] for _ in range(2)]
    assert [len(cards) for cards in told] == [40, 20]
    assert all('data-do="retry"' in card for cards in told for card in cards.values())
    assert view.changes() == []


def test_the_prompt_is_shown_as_it_is_sent(opens: Opens, sample: Path, server: fakes.FakeServer) -> None:
    browser = opens(sample, base_url=server.url)
    page = browser.get(f"/draft/{browser.pool.only}/prompt?key={browser.keys()[0]}")
    assert "<h2>system</h2>" in page
    assert "Choosing what to hand over" in page


def test_the_voice_page_draws_what_was_counted(opens: Opens, sample: Path) -> None:
    page = opens(sample).get("/voice")
    assert page.count("<svg") >= 3
    assert "sentences by their words: 1–4" in page
    assert "words used more" in page and "as often as others" in page
    assert "style=" not in page


def test_a_key_goes_into_the_settings_file_and_never_to_a_page(
    opens: Opens, blog: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)  # as where it is not installed
    browser = opens("drafts")
    said = browser.post("/model/server", base_url="https://models.example/v1", key="sk-secret-1", model="big")
    assert "models.example is chosen" in said["said"]
    file = home / "config.toml"
    assert 'api_key = "sk-secret-1"' in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    page = browser.get("/model")
    assert "models.example" in page
    assert "A key is set" in page
    assert "sk-secret-1" not in page + browser.get("/") + str(said)
    browser.post("/model/use", name="qwen2.5-coder-1.5b")
    assert "models.example" not in browser.get("/")


def test_an_address_that_names_no_server_changes_no_settings(opens: Opens, blog: Path, home: Path) -> None:
    browser, before = opens("drafts"), (home / "config.toml").read_bytes()
    said = browser.post("/model/server", base_url="http://[::1/v1", key="sk-secret", model="big")
    assert said["failed"] and "names no server; write it as http" in said["said"]
    assert (home / "config.toml").read_bytes() == before


def test_a_key_goes_into_the_keychain_where_there_is_one(
    opens: Opens, blog: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[str, str], str] = {}
    keychain = ModuleType("keyring")
    keychain.set_password = lambda service, host, key: kept.update({(service, host): key})  # type: ignore[attr-defined]
    keychain.get_password = lambda service, host: kept.get((service, host))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keychain)
    browser = opens("drafts")
    said = browser.post("/model/server", base_url="https://keys.example/v1", key="sk-secret-3", model="big")
    assert "in your keychain" in said["said"]
    assert kept == {("writing-assistant", "keys.example"): "sk-secret-3"}
    assert "sk-secret-3" not in (home / "config.toml").read_text() + browser.get("/model")


def test_the_images_of_the_blog_are_shown_and_nothing_else_of_the_disk(
    opens: Opens, blog: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    (blog / ".git").mkdir()
    (blog / "drafts" / "own.png").write_bytes(b"picture")
    (blog / "drafts" / "link.png").symlink_to(tmp_path / "secret.png")
    draft = blog / "drafts" / "new.md"
    draft.write_text(
        "# New\n\n![mine](own.png) ![theirs](https://example.com/x.png)\n\n## Empty\n\n## End\n\nWords.\n"
    )
    browser = opens(draft)
    page = browser.get(f"/draft/{browser.pool.only}")
    address = re.search(r'<img src="([^"]+)"', page)
    assert address is not None
    assert page.count("<img") == 1
    assert browser.get(address[1]) == "picture"
    for source in ("../../secret.png", "link.png", "new.md", "../drafts/2024-03-11-my-first-ninety-days.md"):
        browser.get(f"/draft/{browser.pool.only}/image?src={source}", 404)


def test_a_draft_that_runs_from_right_to_left_is_shown_so(opens: Opens, blog: Path) -> None:
    draft = blog / "drafts" / "ar.md"
    draft.write_text("# ما علمني الفرن\n\n- فتحت الغطاء قبل أن يبرد.\n\n## خاتمة\n")
    browser = opens(draft)
    page = browser.get(f"/draft/{browser.pool.only}")
    assert '<article id="draft" dir="rtl"' in page
    assert 'lang="en" dir="ltr"' in page, "what we say of it runs from left to right"


def test_a_draft_that_begins_with_its_title_shows_it_once(opens: Opens, blog: Path) -> None:
    one, other = blog / "drafts" / "one.md", blog / "drafts" / "other.md"
    one.write_text("# Tea\n\nI drink it.\n\n## Empty\n")
    other.write_text("---\ntitle: Tea\n---\n\nI drink it.\n\n## Empty\n")
    for path in (one, other):
        browser = opens(path)
        page = browser.get(f"/draft/{browser.pool.only}")
        assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Tea"]
        assert '<h2 dir="auto">Empty</h2>' in page


def test_what_a_page_asks_for_in_vain_changes_nothing(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    assert "not in the draft any more" in browser.do("accept", key="nothing:0")["said"]
    assert browser.do("__class__")["failed"]
    address = f"/draft/{browser.pool.only}/do"
    assert (
        browser.client.post(address, content="{", headers={"Content-Type": "application/json"}).status_code
        == 400
    )
    assert browser.client.post(address, json=["accept"]).status_code == 400
    assert browser.client.post(address, data={"command": "accept"}).status_code == 415
    assert not [piece for piece in browser.draft.session.review.shown if piece.is_accepted]
    assert "Nothing is here" in browser.get("/elsewhere", 404)


def test_quitting_ends_the_server(opens: Opens, sample: Path) -> None:
    browser = opens(sample)
    assert "Everything is saved" in browser.post("/quit")["said"]
    assert browser.ended


def test_questions_are_fields_and_doubtful_sentences_are_asked_dropped_or_confirmed(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    server.answer = lambda request: (
        f"We paid [TK: how much?] for it. {fakes.POINT} In 2019 we saved £43,000 with Terraform."
    )
    browser = opens(sample, base_url=server.url)
    browser.write_all()
    key = browser.keys()[0]

    def piece() -> Any:
        return browser.draft.session.review.piece(key)

    page = browser.get(f"/draft/{browser.pool.only}")
    assert re.search(r"<label>how much\? <input", page)
    assert "<mark>" in page
    browser.do("answer", key=key, doubt="0", text="<b>£40</b>")
    assert "We paid <b>£40</b> for it." in piece().text.decode()
    assert "&lt;b&gt;£40&lt;/b&gt;" in browser.get(f"/draft/{browser.pool.only}")
    last = str(len(piece().doubts) - 1)
    browser.do("ask_instead", key=key, doubt=last)
    assert "[TK: is this so? “In 2019 we" in piece().text.decode()
    browser.do("undo")
    browser.do("approve", key=key, doubt=last)
    assert not piece().doubts
    browser.do("undo")
    browser.do("drop", key=key, doubt=last)
    assert "Terraform" not in piece().text.decode()
    browser.do("undo")
    server.answer = lambda request: "Later we saved a little of it."
    browser.do("fit", key=key, doubt=last, text="it was little")
    browser.finish()
    assert "Later we saved a little of it." in piece().text.decode()


def test_a_place_where_nothing_is_missing_leaves_the_page(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url, model="m")
    browser.write_all()
    first = browser.keys()[0]
    assert "--forget" in browser.do("dismiss", key=first)["said"]
    assert len(browser.draft.session.workspace.gaps) == 2


def test_a_capable_model_is_offered_to_look_for_gaps(
    opens: Opens, home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    (home / "config.toml").write_text("")
    path = tmp_path / "tea.md"
    path.write_text(
        "# Tea\n\nI drink it at four.\n\nSo what came from my aunt in that box of straw, in the end?\n"
    )
    entry = {
        "kind": "notes",
        "from": 5,
        "to": 5,
        "words": "",
        "asks": "",
        "governs": [],
        "only_author": False,
    }
    server.answer = lambda request: (
        json.dumps({"gaps": [entry]}) if "response_format" in request else fakes.PROSE
    )
    browser = opens(path, base_url=server.url, model="some-70b")
    browser.get(f"/draft/{browser.pool.only}")
    page = browser.pages.draft_pages[browser.pool.only]
    page.estimate()
    assert "Let the model look for gaps" in page.bar() and "1 request" in page.bar()
    browser.write_all()
    assert len(browser.keys()) == 1 and "Let the model look" not in page.bar()


def test_the_cost_is_that_of_what_is_left_to_write(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    """Where some texts failed, it is worked out again for these."""
    server.failure = "500"
    server.fail_when = lambda request: "Choosing what" in request["messages"][-1]["content"][-80:]
    browser = opens(sample, base_url=server.url)
    browser.get(f"/draft/{browser.pool.only}")
    page = browser.pages.draft_pages[browser.pool.only]
    page.estimate()
    assert "5 requests" in page.bar()
    browser.write_all()
    deadline = time.monotonic() + 60
    while "1 request," not in (bar := page.bar()):
        assert time.monotonic() < deadline, bar
        time.sleep(0.05)


def test_a_first_run_says_what_would_be_fetched_and_fetches_nothing_by_itself(
    opens: Opens, sample: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "empty"))
    browser = opens(sample, model="built-in")
    assert "it is fetched first (1.1 GB, once)" in browser.get("/model")
    browser.get(f"/draft/{browser.pool.only}")
    view = next(iter(browser.pages.tabs.values()))
    view.page.estimate()
    bar = dict(view.changes())["bar"]
    assert "it is fetched first (1.1 GB, once). 5 requests" in bar
    assert "free, on this machine" in bar
    assert not (tmp_path / "empty" / "models").exists()


@pytest.mark.slow
def test_how_much_of_a_model_was_fetched_is_shown_and_why_it_could_not_be(
    opens: Opens, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    browser = opens(sample, model="built-in")
    assert 'data-model="fetch" data-name="qwen2.5-coder-1.5b">Fetch it now' in browser.get("/model")
    browser.pool.download.report(300_000_000, 1_100_000_000)
    page = browser.get("/model")
    assert (
        "300 of 1,100 MB" in page and '<progress max="100" value="27">' in page and "Fetch it now" not in page
    )
    assert browser.post("/model/fetch", name="hf:nobody/nothing:Q4_0")["said"].endswith("is being fetched.")
    while not browser.pool.download.failure:
        time.sleep(0.05)
    page = browser.get("/model")
    assert '<p class="failure">' in page and "<progress" not in page


def test_a_model_of_unknown_size_is_fetched_once(
    opens: Opens, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "empty"))
    assert "it is fetched first (once)" in opens(sample, model="hf:nobody/nothing:Q4_0").get("/model")


def test_a_hosted_model_is_priced_before_anything_is_sent_and_added_up_after(
    opens: Opens, sample: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-2")
    browser = opens(sample, model="gpt-4o-mini", base_url=server.url)
    page = browser.get(f"/draft/{browser.pool.only}")
    view = next(iter(browser.pages.tabs.values()))
    view.page.estimate()
    assert re.search(r"5 requests, [\d,]+ tokens to send", dict(view.changes())["bar"])
    browser.write_all()
    assert re.search(r"so far [\d,]+ tokens sent, \d+ received", dict(view.changes())["bar"])
    assert "sk-secret-2" not in page + browser.get("/model")


def test_a_page_that_lost_its_connection_is_told_everything(
    opens: Opens, sample: Path, server: fakes.FakeServer
) -> None:
    browser = opens(sample, base_url=server.url)
    browser.get(f"/draft/{browser.pool.only}")
    view = next(iter(browser.pages.tabs.values()))
    view.begin()
    assert "page" not in dict(view.changes())
    view.begin()
    assert dict(view.changes())["page"].count('class="piece waiting"') == 5
