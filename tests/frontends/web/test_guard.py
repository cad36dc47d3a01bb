"""Who is let in: one browser with the token, asking for our own address from our own pages."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.frontends.web.guard import Guard

PORT = 4444
ORIGIN = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def guard() -> Guard:
    route = Route("/", lambda request: PlainTextResponse("inside"), methods=["GET", "POST"])
    return Guard(Starlette(routes=[route]), port=PORT)


def client(guard: Guard) -> TestClient:
    return TestClient(guard, base_url=ORIGIN)


def test_the_token_opens_once(guard: Guard) -> None:
    address = guard.address()
    first, second = client(guard), client(guard)
    assert first.get("/").status_code == 403
    assert first.get(f"{ORIGIN}/enter?token=wrong").status_code == 403
    entered = first.get(address, follow_redirects=False)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert first.get("/").text == "inside"
    assert second.get(address).status_code == 403
    assert second.get("/").status_code == 403


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Host": "evil.example"}),
        ("GET", {"Host": f"evil.example:{PORT}"}),
        ("GET", {"Host": f"localhost:{PORT}"}),
        ("GET", {"Origin": "https://evil.example"}),
        ("GET", {"Origin": "null"}),
        ("GET", {"Sec-Fetch-Site": "cross-site"}),
        ("GET", {"Sec-Fetch-Site": "same-site"}),
        ("POST", {}),
        ("POST", {"Origin": "https://evil.example"}),
        ("POST", {"Origin": f"http://127.0.0.1:{PORT + 1}"}),
        ("POST", {"Origin": f"http://localhost:{PORT}"}),
        ("GET", {"Cookie": f"assistant-{PORT}=guess"}),
    ],
)
def test_requests_that_our_own_pages_would_not_make_are_turned_away(
    guard: Guard, method: str, headers: dict[str, str]
) -> None:
    browser = client(guard)
    browser.get(guard.address())
    if "Cookie" in headers:
        browser.cookies.clear()
    answer = browser.request(method, "/", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_post_from_our_own_page_is_let_in_whatever_other_cookies_there_are(guard: Guard) -> None:
    browser = client(guard)
    browser.get(guard.address())
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    browser.cookies.clear()
    headers = {"Origin": ORIGIN, "Cookie": f'bad"=[{{]; theirs=1; {cookie}'}
    assert browser.post("/", headers=headers).text == "inside"


def test_every_answer_has_the_policy(guard: Guard) -> None:
    browser = client(guard)
    for answer in (browser.get("/"), browser.get(guard.address()), browser.get("/"), browser.get("/none")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
