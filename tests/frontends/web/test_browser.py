"""The pages in a real browser: streaming, keys, two tabs, hostile text, accessibility."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fakes
import pytest
from forks import Piped
from playwright.sync_api import Browser, Page, expect, sync_playwright


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium to drive is installed (Debian: apt-get install chromium)"
        if os.environ.get("ASSISTANT_EDITORS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Root has no sandbox in Chromium, and CI is often root.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        expect.set_options(timeout=60_000)
        yield browser
        browser.close()


class Served:
    """`assistant open`, running, and a browser that entered with its address."""

    def __init__(self, browser: Browser, *arguments: object) -> None:
        self.process = Piped("open", "--no-browser", *arguments)
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+", line.decode())
        assert found, line + self.process.stderr.read()
        self.address = found[0]
        self.origin = self.address.partition("/enter")[0]
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(60_000)
        self.faults: list[str] = []
        self.page = self.tab(self.address)

    def tab(self, address: str = "") -> Page:
        """Open a tab; what its console complains of, the policy's refusals among it, is a fault."""
        page = self.context.new_page()
        page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append(dialog.message), dialog.accept()))
        page.goto(address or self.origin)
        if page.locator("#outline").count():
            listening(page)
        return page

    def end(self) -> None:
        self.context.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        assert b"Traceback" not in self.process.stderr.read()
        self.process.end()


@pytest.fixture
def serves(chromium: Browser, home: Path) -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(*arguments: object) -> Served:
        running.append(Served(chromium, *arguments))
        return running[-1]

    yield start
    for served in running:
        if not served.process.stderr.closed:
            served.end()


def listening(page: Page) -> None:
    """Wait until the script of a draft's page runs: a key that is pressed before it means nothing."""
    expect(page.locator("#outline li").first).to_be_attached()


def test_from_the_sample_to_a_written_file(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    before = sample.read_bytes()
    server.answer = fakes.different_answer
    server.delay = 0.05
    served = serves("--base-url", server.url, sample)
    page = served.page
    expect(page.locator("#bar")).to_contain_text("5 requests")
    page.get_by_role("button", name="Fill the 5 gaps").click()
    stream = page.locator(".stream").first
    expect(stream).to_contain_text("In week")
    begun = stream.inner_text()
    expect(stream).not_to_have_text(begun)  # more of it came
    server.delay = 0.0
    expect(page.locator(".piece.ready")).to_have_count(5)
    cards = page.locator(".piece")

    cards.nth(0).get_by_role("button", name="Accept").click()
    expect(cards.nth(0)).to_have_attribute("data-state", "accepted")
    cards.nth(1).get_by_role("button", name="Reject").click()
    expect(cards.nth(1)).to_have_attribute("data-state", "rejected")
    cards.nth(2).get_by_role("button", name="Edit").click()
    cards.nth(2).get_by_role("textbox").fill("My own words.")
    cards.nth(2).get_by_role("button", name="Accept these words").click()
    expect(cards.nth(2)).to_have_attribute("data-state", "edited")
    cards.nth(3).get_by_role("button", name="Retry with …").click()
    cards.nth(3).get_by_role("textbox").fill("shorter, mention the budget")
    cards.nth(3).get_by_role("button", name="Retry", exact=True).last.click()
    expect(cards.nth(3)).to_contain_text("instruction: shorter, mention the budget")
    assert any("mention the budget" in fakes.contents(r)[-1] for r in server.requests)

    assert sample.read_bytes() == before
    words = cards.nth(0).locator(".words").inner_text()
    page.get_by_role("button", name="Write into the draft").click()
    expect(page.locator("#said")).to_contain_text("wrote 2 of 2 pieces")
    after = sample.read_bytes()
    assert words.encode() in after
    assert b"My own words." in after
    kept = [line for line in before.split(b"\n") if line and line != b"Expand each of these"]
    rest = iter(after.split(b"\n"))
    assert all(any(new.startswith(line) for new in rest) for line in kept), "a line of the author's is gone"
    assert not served.faults


@pytest.mark.slow
def test_reloading_and_killing_the_server_lose_nothing(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    served = serves("--base-url", server.url, sample)
    page = served.page
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".piece.ready")).to_have_count(5)
    page.keyboard.press("a")
    expect(page.locator(".piece.accepted")).to_have_count(1)
    page.reload()
    listening(page)
    expect(page.locator(".piece.accepted")).to_have_count(1)
    server.delay = 0.1
    page.locator(".piece").nth(1).get_by_role("button", name="Retry", exact=True).click()
    expect(page.locator(".stream")).to_have_count(1)
    served.process.send_signal(signal.SIGKILL)
    served.process.wait(60)
    expect(page.locator("#said")).to_contain_text("Start it again: everything is saved")
    page.keyboard.press("r")
    expect(page.locator(".rejected")).to_have_count(0)
    served.end()
    server.delay = 0.0
    page = serves("--base-url", server.url, sample).page
    expect(page.locator(".piece.accepted")).to_have_count(1)
    expect(page.locator(".piece.ready")).to_have_count(4)
    page.keyboard.press("w")
    expect(page.locator("#said")).to_contain_text("wrote 1 of 1")


@pytest.mark.slow
def test_words_that_a_dead_server_did_not_take_stay_on_the_page(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    """And the page does not say that they are saved."""
    served = serves("--base-url", server.url, sample)
    page = served.page
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".piece.ready")).to_have_count(5)
    card = page.locator(".piece").first
    card.get_by_role("button", name="Edit").click()
    field = card.get_by_role("textbox")
    field.fill("Mine, and nowhere else.")
    served.process.send_signal(signal.SIGKILL)
    served.process.wait(60)
    for _ in range(2):
        card.get_by_role("button", name="Accept these words").click()
        expect(page.locator("#said")).to_contain_text("but for the words that you are typing here")
        expect(field).to_be_focused()
    expect(field).to_have_value("Mine, and nowhere else.")
    served.end()


@pytest.mark.slow
def test_half_an_answer_counts_as_none(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    """The words stay, and can be sent again."""
    page = serves("--base-url", server.url, sample).page
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".piece.ready")).to_have_count(5)
    card = page.locator(".piece").first
    card.get_by_role("button", name="Edit").click()
    card.get_by_role("textbox").fill("Mine, and nowhere else.")
    page.route("**/do", lambda route: route.fulfill(body="{"), times=1)
    card.get_by_role("button", name="Accept these words").click()
    expect(page.locator("#said")).to_contain_text("but for the words that you are typing here")
    card.get_by_role("button", name="Accept these words").click()
    expect(card).to_contain_text("Mine, and nowhere else.")
    expect(card.get_by_role("textbox")).to_have_count(0)


def test_a_paragraph_is_revised_on_the_page(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    """The button on it, and the key, ask what to change; the words that change are marked in its place."""
    before = sample.read_bytes()
    served = serves("--base-url", server.url, sample)
    page = served.page
    paragraph = page.locator("#draft p", has_text="I was away").first
    paragraph.hover()
    paragraph.get_by_role("button", name="Revise …").click()
    page.get_by_label("What should change?").fill("plainer")
    page.get_by_role("button", name="Revise", exact=True).click()
    card = page.locator(".piece.ready")
    expect(card.locator("del").first).to_have_text("I")
    expect(card.locator("ins").first).to_have_text("Truly")
    card.get_by_role("button", name="Reject").click()
    page.keyboard.press("R")
    page.get_by_label("Lines").fill("no such words")
    page.get_by_label("What should change?").fill("plainer")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("name lines of the draft")
    page.locator(".piece.rejected").get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Write into the draft").click()
    expect(page.locator("#said")).to_contain_text("wrote 1")
    assert sample.read_bytes() == before.replace(b"I was away", b"Truly was away")
    assert not served.faults


def test_keys_alone_do_it_and_two_tabs_agree(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    served = serves("--base-url", server.url, sample)
    page = served.page
    page.get_by_role("button", name="Fill the 5 gaps").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".piece.ready")).to_have_count(5)
    other = served.tab()
    expect(other.locator(".piece.ready")).to_have_count(5)
    page.bring_to_front()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(other.locator(".piece").nth(0)).to_have_attribute("data-state", "accepted")
    expect(page.locator(".piece").nth(1)).to_be_focused()
    page.keyboard.press("e")
    box = page.get_by_role("textbox")
    expect(box).to_be_focused()
    other.locator(".piece").nth(4).get_by_role("button", name="Reject").click()
    expect(page.locator(".piece").nth(4)).to_have_attribute("data-state", "rejected")
    expect(box).to_be_focused()  # what another tab does takes nothing out of the author's hands
    page.keyboard.type("Hand written: ")
    page.keyboard.press("Control+Enter")
    expect(other.locator(".piece").nth(1)).to_have_attribute("data-state", "edited")
    page.keyboard.press("u")
    expect(page.locator(".piece").nth(1)).to_have_attribute("data-state", "ready")
    page.keyboard.press("U")
    expect(page.locator(".piece").nth(1)).to_have_attribute("data-state", "edited")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_text("Hand written:")).to_be_visible()
    page.go_back()
    listening(page)
    page.keyboard.press("w")
    expect(page.locator("#said")).to_contain_text("wrote 2 of 2")
    expect(other.locator(".piece.written")).to_have_count(2)
    page.keyboard.press("q")
    expect(page.locator("main")).to_contain_text("Everything is saved")
    served.process.wait(60)


@pytest.mark.slow
def test_half_an_answer_stays_when_the_card_is_drawn_again(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    server.answer = lambda request: f"We paid [TK: how much?] for it in [TK: which year?]. {fakes.PROSE}"
    served = serves("--no-ask", "--base-url", server.url, sample)
    page = served.page
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".waiting, .writing")).to_have_count(0)
    card = page.locator(".piece").first
    card.get_by_label("which year?").fill("20")
    served.tab().locator(".piece").first.get_by_label("how much?").fill("£40")
    served.context.pages[1].keyboard.press("Enter")
    expect(card.locator(".words")).to_contain_text("We paid £40 for it")
    page.bring_to_front()
    page.keyboard.type("24")
    page.keyboard.press("Enter")
    expect(card.locator(".words")).to_contain_text("We paid £40 for it in 2024")
    expect(card.locator(".doubt input")).to_have_count(0)
    assert not served.faults


@pytest.mark.slow
def test_a_second_session_looks_on_or_takes_over(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    first = serves("--no-ask", "--base-url", server.url, sample)
    first.page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(first.page.locator(".piece.ready")).to_have_count(5)
    second = serves("--no-ask", "--base-url", server.url, sample)
    second.page.get_by_role("button", name="Look only").click()
    listening(second.page)
    expect(second.page.locator(".piece.ready")).to_have_count(5)
    second.page.keyboard.press("a")
    expect(second.page.locator("#said")).to_contain_text("another session")
    second.page.get_by_role("button", name="Take over").click()
    expect(second.page.get_by_role("button", name="Take over")).to_have_count(0)
    listening(second.page)
    second.page.keyboard.press("a")
    expect(second.page.locator(".piece.accepted")).to_have_count(1)
    first.page.keyboard.press("r")
    expect(first.page.locator("#bar")).to_contain_text("Open in another session")
    assert first.page.locator(".piece.rejected").count() == 0


def test_a_draft_of_many_pieces_is_whole_soon_and_its_keys_reach_every_piece(
    serves: Callable[..., Served], blog: Path, server: fakes.FakeServer
) -> None:
    draft = blog / "drafts" / "long.md"
    draft.write_text("# Long\n\n" + "".join(f"## Part {n}\n\nTODO: point {n}\n\n" for n in range(150)))
    served = serves("--no-ask", "--base-url", server.url, draft)
    page = served.page
    expect(page.locator(".piece .foot")).to_have_count(150)
    page.get_by_role("link", name="TODO: point 149").click()
    page.locator(".piece").last.get_by_role("button", name="Write this one").click()
    expect(page.locator(".piece").last).to_have_attribute("data-state", "ready")
    page.keyboard.press("a")
    expect(page.locator(".piece").last).to_have_attribute("data-state", "accepted")
    expect(page.locator(".piece").last).to_be_in_viewport()
    assert not served.faults


HOSTILE = (
    "<script>window.ran = 1</script> <img src=x onerror='window.ran = 2'> [click](javascript:window.ran=3) "
    "<svg/onload=window.ran=4> ![x](data:image/svg+xml,<svg onload=window.ran=5>) "
    "<iframe srcdoc='<script>parent.ran = 6</script>'></iframe> <a href=\"javascript:window.ran=7\">x</a> "
    "I kept a list, and I asked who would learn something from each of the things that were on it."
)


@pytest.mark.slow  # loads every page; test_markdown.py looks at the HTML of such texts
def test_nothing_that_a_draft_or_a_model_says_runs(
    serves: Callable[..., Served], blog: Path, server: fakes.FakeServer
) -> None:
    draft = blog / "drafts" / "hostile.md"
    draft.write_text(
        f'---\ntitle: "<script>window.ran = 8</script>"\n---\n\n# {HOSTILE}\n\n{HOSTILE}\n\n'
        f"## <b onclick=x>One\n\n## Two\n\n- {HOSTILE}\n- {'x' * 100_000}\n\n```html\n{HOSTILE}\n```\n"
    )
    server.answer = lambda request: f"{HOSTILE.partition(' I kept')[0]} {fakes.different_answer(request)}"
    served = serves("--base-url", server.url, draft)
    page = served.page
    page.get_by_role("button", name="Fill the").click()
    expect(page.locator(".piece.ready")).to_have_count(2)
    page.keyboard.press("e")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("textbox")).to_have_count(0)  # a page with an open box asks before it is left
    for link in page.locator("article a").all():
        assert not (link.get_attribute("href") or "").lower().startswith(("javascript", "data"))
    for address in ("/preview?form=after", "/preview?form=diff", "/preview?form=before"):
        page.goto(f"{page.url.partition('?')[0].partition('/preview')[0]}{address}")
    page.goto(f"{served.origin}/voice")
    assert page.locator("script:not([src])").count() == 0
    assert page.evaluate("window.ran") is None
    assert not served.faults, "the policy had something to refuse"


def test_a_button_works_as_soon_as_it_is_seen(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer
) -> None:
    served = serves("--no-ask", "--base-url", server.url, "drafts")
    page = served.page
    page.route("**/page.js", lambda route: (time.sleep(0.2), route.continue_()))
    page.get_by_role("link", name="Delegating without").click()
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".piece.ready")).to_have_count(5)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.slow
def test_axe_finds_nothing_serious(
    serves: Callable[..., Served], sample: Path, server: fakes.FakeServer, width: int, scheme: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    server.answer = lambda request: f"We paid [TK: how much?] for it. In 2019 we saved £43,000. {fakes.PROSE}"
    served = serves("--no-ask", "--base-url", server.url, "drafts")
    page = served.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.get_by_role("link", name="Delegating without").click()
    page.get_by_role("button", name="Fill the 5 gaps").click()
    expect(page.locator(".piece.ready")).to_have_count(5)
    expect(page.locator(".piece").first.locator(".ref")).to_have_count(2)
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("i")
    here = page.url
    previews = [f"{here}/preview?form={form}" for form in ("changes", "diff")]
    others = [f"{served.origin}/{name}" for name in ("", "voice", "model")]
    for address in (here, *previews, *others):
        if page.url != address:
            page.goto(address)
        results = Axe().run(page).response["violations"]
        assert not [
            (v["id"], [n["html"][:200] for n in v["nodes"][:3]])
            for v in results
            if v["impact"] in ("serious", "critical", "moderate")
        ]
        for at in (width, 1200):
            page.set_viewport_size({"width": at, "height": 800})
            is_wider = page.evaluate(
                "document.body.parentElement.scrollWidth > document.body.parentElement.clientWidth"
            )
            assert not is_wider, "it scrolls sideways"
        page.set_viewport_size({"width": width, "height": 800})
