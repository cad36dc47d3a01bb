"""A run says what it costs before it is sent, keeps to a limit, and asks nobody twice for the same."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import fakes
import pytest

from assistant.app import cost
from assistant.app.job import Job
from assistant.app.run import Run as ModelRun
from assistant.core.types import Gap, Prompt, Usage

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def events(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Return the JSON Lines of a run."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_tokens_are_told_before_and_after(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """One line on stderr says what is about to be sent, another what was."""
    done = run("expand", sample, "--diff", "--base-url", server.url)
    lines = done.stderr.decode().splitlines()
    assert any("5 requests," in line and "tokens to send" in line for line in lines)
    assert any("tokens sent" in line and "received" in line for line in lines)


def test_a_limit_with_an_unknown_price_sends_nothing(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """At a server that is not this machine, a model without a known price is refused under --max-cost."""
    done = run("expand", sample, "--diff", "--max-cost", "1", "--model", "nobody-knows-me",
               "--base-url", "http://models.invalid/v1")  # fmt: skip
    assert done.returncode == 2
    assert b"no price known for this model" in done.stderr and b"nothing was sent" in done.stderr


@pytest.mark.parametrize("engine", ["", "Ollama", "llama.cpp", "LM Studio", "vLLM"])
def test_only_an_engine_on_this_machine_is_free(
    run: Run, sample: Path, server: fakes.FakeServer, engine: str
) -> None:
    """Whatever else listens here may forward and bill what it is sent, so its price is unknown."""
    server.engine = engine
    done = run("expand", sample, "--diff", "--max-cost", "0", "--base-url", server.url)
    said = done.stderr.decode()
    assert done.returncode == (0 if engine else 2) and bool(server.requests) == bool(engine)
    assert ("free, on this machine" if engine else "price unknown") in said
    assert (f"({engine}, from flags)" if engine else f"text goes to the server at {server.url}") in said


def test_a_limit_below_the_estimate_sends_nothing(run: Run, sample: Path) -> None:
    """A known model whose price is above the limit is refused before a request is made."""
    done = run("expand", sample, "--diff", "--max-cost", "0.000001", "--model", "gpt-4o",
               OPENAI_API_KEY="sk-not-a-key-at-all", OPENAI_BASE_URL="")  # fmt: skip
    assert done.returncode == 2
    assert b"would exceed --max-cost" in done.stderr and b"nothing was sent" in done.stderr


def test_the_same_question_is_answered_from_the_store(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """A second run asks nobody and gives the same text; --fresh asks again."""
    server.answer = fakes.different_answer
    first = run("expand", sample, "--diff", "--base-url", server.url)
    asked = len(server.requests)
    second = run("expand", sample, "--diff", "--base-url", server.url)
    assert len(server.requests) == asked and second.stdout == first.stdout
    run("expand", sample, "--diff", "--fresh", "--base-url", server.url)
    assert len(server.requests) == 2 * asked


def test_json_says_what_was_left_out(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """Every expansion lists what its prompt had no room for, and its alternatives."""
    found = [e for e in events(run("expand", sample, "--json", "--base-url", server.url))]
    assert all(isinstance(e["left_out"], list) for e in found if e["event"] in ("expansion", "error"))
    assert any(e["event"] == "expansion" for e in found)


@pytest.mark.parametrize("several", [True, False])
def test_alternatives_are_other_texts_for_the_same_places(
    run: Run, sample: Path, server: fakes.FakeServer, several: bool
) -> None:
    """One request brings them where the server can, else one for each; a second run asks nobody."""
    server.several = several
    server.answer = lambda r: fakes.PROSE.replace("a week", f"the {'abcdefgh'[r['seed'] % 8]} week")
    gap = json.loads(run("locate", "--json", sample).stdout)["gaps"][0]["id"]
    ask = ("expand", sample, "--json", "--alternatives", "3", "--gap", gap, "--base-url", server.url)
    [found] = [e for e in events(run(*ask)) if e["event"] == "expansion"]
    assert len(found["alternatives"]) == 2
    assert {(a["start"], a["end"]) for a in found["alternatives"]} == {
        (h["start"], h["end"]) for h in found["hunks"]
    }
    asked = [request.get("n", 1) for request in server.requests]
    assert asked == ([3] if several else [3, 1, 1])
    [again] = [e for e in events(run(*ask)) if e["event"] == "expansion"]
    assert again["hunks"] == found["hunks"] and again["alternatives"] == found["alternatives"]
    assert len(server.requests) == len(asked)


def test_the_text_with_the_fewest_warnings_is_offered_first(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """Whichever of the texts came first, the one with an invented sum is among the others."""
    paid = iter([" We paid $48,312 for it.", "", " And then it is over."])
    server.answer = lambda r: fakes.PROSE + next(paid)
    gap = json.loads(run("locate", "--json", sample).stdout)["gaps"][0]["id"]
    ask = ("expand", sample, "--json", "--alternatives", "3", "--gap", gap, "--base-url", server.url)
    [found] = [e for e in events(run(*ask)) if e["event"] == "expansion"]
    assert [bool(hunk["warnings"]) for hunk in (*found["hunks"], *found["alternatives"])] == [
        False,
        False,
        True,
    ]


def test_equal_texts_are_asked_for_once_more(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """A server that says the same whatever `n` is gets another seed for each text that is missing."""
    server.answer = lambda r: fakes.PROSE.replace("a week", f"the {'abcdefgh'[r['seed'] % 8]} week")
    server.several = server.alike = True
    gap = json.loads(run("locate", "--json", sample).stdout)["gaps"][0]["id"]
    ask = ("expand", sample, "--json", "--alternatives", "3", "--gap", gap, "--base-url", server.url)
    [found] = [e for e in events(run(*ask)) if e["event"] == "expansion"]
    assert [request.get("n", 1) for request in server.requests] == [3, 1, 1]
    assert len(found["alternatives"]) == 2


def test_refused_alternatives_give_an_editor_its_text_back(run: Run, sample: Path) -> None:
    """With --pass-through, what came in goes out, whatever is wrong with the command."""
    done = run("expand", "-", "--pass-through", "--alternatives", "3", stdin=sample.read_bytes())
    assert done.returncode == 2 and done.stdout == sample.read_bytes()


@pytest.mark.parametrize("how", ["--yes", "--diff"])
def test_alternatives_that_nobody_would_see_are_not_asked_for(
    run: Run, sample: Path, server: fakes.FakeServer, how: str
) -> None:
    """Where there is nobody to choose, one line says so and nothing is sent."""
    done = run("expand", sample, how, "--alternatives", "3", "--base-url", server.url)
    assert done.returncode == 2 and not server.requests
    assert b"--alternatives needs a terminal" in done.stderr


def test_warnings_are_in_the_json_and_strict_refuses_them(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """An invented sentence is marked at its bytes; with --strict its gap is reported instead, with exit 1."""
    server.answer = lambda r: fakes.default_answer(r) + " We paid $48,312 for it to Halbrook Systems."
    found = events(run("expand", sample, "--json", "--base-url", server.url))
    hunk = next(h for e in found if e["event"] == "expansion" for h in e["hunks"] if h["warnings"])
    warned = {w["code"]: hunk["new"].encode()[w["start"] : w["end"]].decode() for w in hunk["warnings"]}
    assert warned["unsupported"] == "$48,312 for it to Halbrook Systems"
    strict = run("expand", sample, "--json", "--strict", "--base-url", server.url)
    assert strict.returncode == 1
    errors = [e for e in events(strict) if e["event"] == "error"]
    assert errors and all("(--strict)" in e["message"] for e in errors)


def test_prices_are_told_as_they_are_known() -> None:
    """Free on this machine, unknown where nobody knows, else dollars with the places they need."""
    assert cost.price_words(None, local=True) == "free, on this machine"
    assert cost.price_words(None, local=False) == "price unknown"
    assert cost.price_words(Decimal("0.00123"), local=False) == "about $0.0012"
    assert cost.price_words(Decimal(0), local=False) == "no cost"
    assert cost.before(0, Usage(), Decimal(0), local=False) == "nothing to send"
    spent = cost.after(Usage(100, 20, 80, 10, 5), Decimal("2.5"), local=False)
    assert spent == (
        "100 tokens sent (80 of them cached, 10 written to the cache), "
        "20 received (5 of them for thinking): about $2.50"
    )


def test_cache_writes_and_reads_have_prices_of_their_own() -> None:
    """A million tokens each, read from OpenAI's cache, written to it, and neither."""
    from assistant.adapters import prices
    from assistant.adapters.local_model import catalogue

    def price(*tokens: int) -> Decimal | None:
        usage = Usage(*(n * 10_000 for n in tokens))  # long prompts have another price
        return prices.estimate(catalogue.hosted_model(), base_url="https://api.openai.com/v1", usage=usage)

    plain, cached, written, answer = price(1), price(1, 0, 1), price(1, 0, 0, 1), price(0, 1)
    assert plain and cached and written and answer
    assert (cached / plain, written / plain, answer / plain) == (
        Decimal("0.1"),
        Decimal("1.25"),
        Decimal(5),
    )


def test_the_month_counts_what_failed_under_the_name_that_was_asked(
    run: Run, sample: Path, server: fakes.FakeServer, home: Path
) -> None:
    """A server may call its model as it likes; every way of running logs all tokens under the asked name."""
    from assistant.adapters.store import open_store

    told = 0
    for way in ("--json", "--diff", "--yes"):
        server.answer = lambda request: (
            "I'm sorry."
            if "Section: Choosing what to hand over" in request["messages"][-1]["content"]
            else fakes.default_answer(request)
        )
        done = run("expand", sample, way, "--fresh", "--base-url", server.url, "--model", "asked-by-name")
        sent = next(line for line in done.stderr.decode().splitlines() if "tokens sent" in line)
        told += int(sent.split("tokens sent")[0].split()[-1].replace(",", ""))
    store = open_store(home / "state")
    ((model, usage),) = store.usage().items()
    store.close()
    assert model == "asked-by-name" and usage.prompt_tokens == told


def test_a_limit_in_the_settings_holds_for_a_review(run: Run, sample: Path, home: Path) -> None:
    """A session asks for nothing that may cost more, and says why its pieces are missing."""
    (home / "config.toml").write_text("max_cost = 0.01\n")
    done = run(
        "review", sample, "--plain", "--model", "nobody-knows-me", "--base-url", "http://models.invalid/v1"
    )
    assert b"no price known for this model" in done.stdout + done.stderr


def test_a_retry_counts_what_was_spent_before(sample: Path, blog: Path) -> None:
    """Under a limit, what was spent in a run counts next to what another try would cost."""
    from dataclasses import replace

    from assistant.app import workspace
    from assistant.app.models import expected_connection

    opened = workspace.open_draft(str(sample), base_url="https://api.openai.com/v1", model="gpt-4o")
    connection = expected_connection(opened.settings)
    one = ModelRun(opened, opened.gaps, workspace.job(opened, connection=connection), connection)
    requests, tokens = one.estimate(one.requests())
    price = connection.price(tokens)
    assert price is not None and requests == 5
    limited = replace(opened, settings=replace(opened.settings, max_cost=float(price) * 1.5))
    again = ModelRun(limited, opened.gaps, one.job, connection)
    assert again.over_budget(again.requests()) == ""
    again.budget.committed += price
    assert "would exceed --max-cost" in again.over_budget(again.requests())
    assert "nothing was sent" in next(event.message for event in again.events())  # type: ignore[union-attr]


def test_a_dry_run_builds_each_prompt_once(
    sample: Path, blog: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.app import workspace
    from assistant.frontends.expand import preview

    built, build = list[str](), Job.prompts

    def prompts(job: Job, gap: Gap, **how: Any) -> tuple[Prompt, ...]:
        built.append(gap.id)
        return build(job, gap, **how)

    monkeypatch.setattr(Job, "prompts", prompts)
    opened = workspace.open_draft(str(sample), model="gpt-4o")
    preview.dry_run(opened, lambda one: one.gaps, as_json=False, has_named_gaps=False)
    assert "tokens to send" in capsys.readouterr().out
    assert sorted(built) == sorted(gap.id for gap in opened.gaps if gap.fillable)
