"""Settings come from flags, environment and files, and a repository may set only what is harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.adapters.settings import gather, set_in_user_file
from assistant.errors import SettingsError


def test_flags_win_over_environment_and_that_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearer word counts."""
    (home / "config.toml").write_text('base_url = "http://file/v1"\nmodel = "file"\njobs = 2\n')
    assert gather(home).base_url == "http://file/v1"
    assert gather(home).jobs == 2
    monkeypatch.setenv("OPENAI_BASE_URL", "http://env/v1")
    monkeypatch.setenv("ASSISTANT_MODEL", "env")
    settings = gather(home)
    assert (settings.base_url, settings.model, settings.server_from) == (
        "http://env/v1",
        "env",
        "environment",
    )
    settings = gather(home, base_url="http://flag/v1", model="flag", jobs=1)
    assert (settings.base_url, settings.model, settings.jobs) == ("http://flag/v1", "flag", 1)


def test_a_key_in_the_file_goes_to_no_other_server(home: Path) -> None:
    """The key in the user's settings belongs to the server there; a flag's server doesn't get it."""
    (home / "config.toml").write_text('base_url = "http://file/v1"\napi_key = "sk-file"\n')
    assert gather(home).api_key == "sk-file"
    assert gather(home, base_url="http://elsewhere/v1").api_key == ""


def test_headers_go_to_their_own_server_alone(home: Path) -> None:
    """They may hold a key; without a server beside them they are for any."""
    headers = '\n[headers]\nX-Key = "secret"\n'
    (home / "config.toml").write_text(f'base_url = "http://file/v1"{headers}')
    assert gather(home).headers == {"X-Key": "secret"}
    assert gather(home, base_url="http://elsewhere/v1").headers == {}
    (home / "config.toml").write_text(headers)
    assert gather(home, base_url="http://elsewhere/v1").headers == {"X-Key": "secret"}


def test_a_setting_is_put_above_tables(home: Path) -> None:
    """A key of the same name in a table is another one."""
    (home / "config.toml").write_text('jobs = 2\n[body]\nmodel = "routed"\n')
    set_in_user_file("model", "small")
    settings = gather(home)
    assert (settings.model, settings.jobs, settings.body) == ("small", 2, {"model": "routed"})


def test_a_repository_names_no_server_and_no_key(tmp_path: Path, home: Path) -> None:
    """A blog's own file may choose prompts, series and markers; the rest is refused, and said so."""
    (tmp_path / ".assistant.toml").write_text(
        'base_url = "http://evil/v1"\napi_key = "x"\nmodel = "m"\neditor = "rm"\n'
        'prompts = "mine"\nmarkers = ["LATER"]\n'
    )
    settings = gather(tmp_path)
    assert (settings.base_url, settings.api_key, settings.model) == ("", "", "")
    assert settings.prompts == "mine" and settings.markers == ("LATER",)
    assert len(settings.warnings) == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("base_url = ", "not valid TOML"),
        ('jobs = "four"', "jobs must be a whole number"),
        ("nonsense = 1", "unknown setting nonsense"),
        ("markers = [1]", "markers must be a list of texts"),
        ("headers = { a = 1 }", "headers must be a table of texts"),
        ('base_url = "ftp://x"', "must begin with http"),
    ],
)
def test_a_broken_file_is_named(home: Path, text: str, says: str) -> None:
    """The message says which file and what in it."""
    (home / "config.toml").write_text(text)
    with pytest.raises(SettingsError, match=says):
        gather(home)


def test_the_key_is_never_printed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings can be shown without showing the key."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(gather(home))


@pytest.mark.parametrize(
    "url", ["http://", "http:///v1", "http://[::1/v1", "http://a b/v1", "http://x:99999/v1"]
)
def test_an_address_without_a_server_is_refused(home: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="names no server; write it as http"):
        gather(home, base_url=url)
    assert gather(home, base_url="http://[::1]:8080/v1").base_url == "http://[::1]:8080/v1"
