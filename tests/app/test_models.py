"""The model is chosen with what is known of its server, and its user is told what matters."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fakes
import pytest

from assistant.adapters import keychain
from assistant.adapters.local_model import catalogue
from assistant.adapters.openai_client import ChatClient
from assistant.adapters.settings import gather
from assistant.adapters.shutdown import ShutdownNotice
from assistant.app.models import connect, expected_connection
from assistant.errors import ModelUnavailable, SettingsError

HOSTED = catalogue.hosted_model()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send what would go to OpenAI to a proxy that isn't there."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


def sampling(root: Path, **flags: Any) -> dict[str, Any]:
    """Return how a model at OpenAI would be asked."""
    connection = connect(gather(root, **flags), cached=False)
    connection.close()
    return dict(connection.model.sampling)


@pytest.mark.parametrize("header", [("X-Team", "a\\nb"), ("X Team", "a"), ("X-Team", "Görlitz")])
def test_a_header_that_cannot_be_sent_is_told_of(
    home: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch, header: tuple[str, str]
) -> None:
    """The server gets no request, so it isn't its fault; the value may be a key and is never printed."""
    monkeypatch.setenv("ASSISTANT_CONFIG", str(home / "config.toml"))
    name, value = header
    settings = f'base_url = "{server.url}"\nmodel = "m"\n[headers]\n"{name}" = "{value}"\n'
    (home / "config.toml").write_text(settings)
    with pytest.raises(SettingsError, match=f"^the header '{name}' in `headers` can't be sent: use ASCII"):
        connect(gather(home), cached=False)
    assert not server.requests


@pytest.mark.parametrize("model", ["", "fake-model"])
def test_a_key_that_is_none_is_told_with_its_place(
    home: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """A key that was pasted in two lines is no fault of the server, and is never printed."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one\n  sk-two\n")
    with pytest.raises(
        ModelUnavailable, match=r"key \(OPENAI_API_KEY\) holds a line break within it"
    ) as told:
        connect(gather(home, model=model), cached=False)
    assert "sk-" not in str(told.value)
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    file = home / "config.toml"
    monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
    file.write_text(f'base_url = "{server.url}"\napi_key = """sk-one\nsk-two"""\n')
    with pytest.raises(ModelUnavailable, match=r"api_key in .*config.toml\) holds a line break within"):
        connect(gather(home, model=model), cached=False)
    file.write_text(f'base_url = "{server.url}"\napi_key = "sk-“one”"\n')
    with pytest.raises(ModelUnavailable, match="holds a blank, a quotation mark or"):
        connect(gather(home, model=model), cached=False)
    assert not server.requests and not server.lists


def test_a_key_of_the_keychain_is_told_with_its_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author finds it where it was put."""
    monkeypatch.setattr(keychain, "key_for", lambda host: "sk-one\r\nsk-two")
    with pytest.raises(ModelUnavailable, match=r"\(the keychain\) holds a line break"):
        connect(gather(home, base_url="https://api.example.org/v1", model="m"), cached=False)


def test_openais_models_think_little_unless_told_otherwise(home: Path, server: fakes.FakeServer) -> None:
    """Temperature goes only to those that don't think, and other servers get what the user set alone."""
    openai = {"base_url": "https://api.openai.com/v1", "model": HOSTED}
    assert sampling(home, **openai) == {"reasoning_effort": "low", "verbosity": "low"}
    assert sampling(home, **{**openai, "model": "gpt-4.1"}) == {"temperature": 0.7}
    assert sampling(home, base_url=server.url) == {"temperature": 0.7}
    (home / "config.toml").write_text('reasoning_effort = "none"\nservice_tier = "flex"\n')
    tier = {"reasoning_effort": "none", "service_tier": "flex", "temperature": 0.7}
    assert sampling(home, **openai) == {**tier, "verbosity": "low"}
    assert sampling(home, base_url=server.url) == tier


def test_thinking_is_expected_where_it_costs(home: Path) -> None:
    """More effort is more tokens, and none where the model doesn't think."""
    expected = {}
    for effort in ("", "none", "medium"):
        (home / "config.toml").write_text(f'reasoning_effort = "{effort}"\n')
        connection = expected_connection(gather(home, base_url="https://api.openai.com/v1", model=HOSTED))
        expected[effort] = connection.model.capabilities.thinking_tokens
    assert 0 == expected["none"] < expected[""] < expected["medium"]


def test_a_key_in_the_keychain_goes_to_its_own_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored by the server's host, and used where neither environment nor settings have one."""
    keys = {("writing-assistant", "api.openai.com"): "k1", ("writing-assistant", "models.invalid"): "k2"}
    ring = SimpleNamespace(get_password=lambda service, host: keys.get((service, host)))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    keychain.key_for.cache_clear()

    def key(**flags: Any) -> str:
        connection = connect(gather(home, **flags), cached=False)
        connection.close()
        assert isinstance(connection.model, ChatClient)
        return connection.model.api_key

    assert key() == "k1"
    assert key(base_url="http://models.invalid/v1", model="m") == "k2"
    assert key(base_url="http://other.invalid/v1", model="m") == ""
    monkeypatch.setenv("OPENAI_API_KEY", "k3")
    assert key() == "k3"
    keychain.key_for.cache_clear()


@pytest.mark.parametrize(("days", "says"), [(61, ""), (60, "will be"), (0, "will be"), (-1, "was")])
def test_a_model_that_ends_soon_is_warned_of(
    tmp_path: Path, server: fakes.FakeServer, days: int, says: str
) -> None:
    """The line has the day; the server is asked over the client's own connection, once a day."""
    day = str(date.today() + timedelta(days))
    server.models = [{"id": "fake-model", "object": "model", "shutdown_date": day}, {"id": "other"}]
    for asked in (True, False):
        client = ChatClient(server.url, "key", "fake-model", is_openai=True)
        line = ShutdownNotice(client, tmp_path).line()
        client.close()
        assert (f"fake-model {says} shut down on {day}" in line and HOSTED in line) if says else not line
        assert asked or server.lists == 1


def test_without_an_answer_nothing_is_said(tmp_path: Path) -> None:
    """A server that can't be reached is the first request's to tell."""
    client = ChatClient("http://127.0.0.1:9/v1", "key", "fake-model", is_openai=True)
    assert ShutdownNotice(client, tmp_path).line() == ""
    assert not list(tmp_path.iterdir())
