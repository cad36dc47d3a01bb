"""Reads what a server says when it refuses or fails, and tells it in one line with what to do about it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from assistant.adapters.server_info import is_loopback
from assistant.core.text.display import one_line
from assistant.errors import ModelError, ModelUnavailable

_SYSTEM_ROLE = re.compile(
    r"(?i)\bsystem\W{0,3}(?:role|message|prompt|instruction)|\broles?\b.{0,60}\bsystem\b"
    r"|developer instruction|roles must alternate"
    r"|\b(?:permitted|allowed|(?:should|must) be|one of|only)\W{1,4}(?:user|assistant)"
    r"(?:\W+(?:or|and|user|assistant|tool|model|function)\b)++(?!\W+system)"
)
"""How chat templates and servers refuse a system turn.

`System role not supported` is Gemma's; others list what they take: `Only user, assistant and tool roles`.
"""
_STREAMING = re.compile(r"(?i)\bstream(?:ing)?\b(?!_)")
"""`streaming is not supported`; `stream_options` is a parameter of its own."""
_BETWEEN = r"[\s'\"`,;&()\[\]]{1,6}(?:(?:and|or)[\s'\"`]{1,3})?"
"""What is between the names in a list of parameters: `'seed', 'top_k' and 'n'`."""
_HTML_TITLE = re.compile(r"(?i)<title[^<>]*>([^<]*)</title>")
"""What a proxy's error page says in short: `502 Bad Gateway`."""
_TAGS = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>")
"""What isn't words of such a page, or of an error in XML; what isn't closed goes on to the end."""
_WORDS = ("message", "msg", "detail", "error", "errors", "title", "reason")
"""How the names of fields end that hold words of an error, in any case: `error_msg`, `blockReason`."""
_NO_WORDS = ("stop", "done", "finish")
"""How the names of those begin that say why a good answer ended: `stop_reason`."""
_KEY = re.compile(r"\b(sk|key|Bearer)[-_ ](?=\S*[\d*])[\w*.-]{6,}")
"""Servers quote keys in part, too: `Incorrect API key provided: sk-abc***xyz`."""
_STOPS = " .;:,"
"""The end of a server's sentence: more of ours follows, or another one of its own."""
_CAUSES = Path(__file__).resolve().parents[1] / "data" / "server_errors.toml"


def as_model_error(
    error: Exception, *, secrets: Iterable[str], proxy: str, request_id: str = "", **values: object
) -> ModelError:
    """Return a failure as one line that says what to do; none of the `secrets` is in it.

    `proxy` is the one that requests to the host go through, if any; `values` are what lines may also name:
    host, model and timeout.
    """
    import tomllib

    fields = _fields(_body(error))
    status = getattr(error, "status_code", None) or next(filter(_is_status, fields), None)
    said, cause = _scrubbed(server_message(error), secrets), error.__cause__
    kinds = " ".join(kind.__name__ for one in (error, cause) for kind in type(one).__mro__ if one)
    kinds = f"through a proxy {kinds}" if proxy else kinds
    evidence = {
        "raised": f"{kinds} {cause}",
        "evidence": " ".join((f"Status {status}" if status else "", *fields, said)),
    }
    causes = tomllib.loads(_CAUSES.read_text("utf-8"))["cause"]
    reason = next(
        one for one in causes if all(re.search(one.get(name, ""), text) for name, text in evidence.items())
    )
    own = {"proxy": proxy, "said": said, "status": status, "kind": type(error).__name__}
    line = reason["line"].format(**values, **own)
    kind = ModelUnavailable if "final" in reason else ModelError
    return kind(with_id(line, getattr(error, "request_id", None) or request_id))


def proxy_of(url: str) -> str:
    """Return host and port of the proxy that the environment names for an address; empty for none."""
    server = urlsplit(url)
    if is_loopback(url) or not server.hostname or proxy_bypass(server.hostname):
        return ""
    proxies = getproxies()
    proxy = proxies.get(server.scheme) or proxies.get("all") or ""
    return proxy.rpartition("//")[2].partition("/")[0].rpartition("@")[2]  # `localhost:3128` has no scheme


def with_id(line: str, request_id: str) -> str:
    """Add what the server calls the request, as its support asks for that."""
    request_id = re.sub(r"[^\w.-]", "", request_id)[:80]
    return f"{line} (request {request_id})" if request_id else line


def refused_parameters(error: Exception, sent: Iterable[str]) -> set[str]:
    """Return which of the parameters that were `sent` an error names as not supported.

    `stream` and `system` are such parameters as well: a server may want to answer in one piece, or take no
    system turn.
    """
    named = {getattr(error, "param", None), *_places(_body(error))}
    said, names = server_message(error), list(sent)
    if found := {name for name in names if name in named}:
        return found
    # "'max_tokens' is not supported; use 'max_completion_tokens' instead" names two.
    names = [name for name in names if not re.search(rf"use\s+['\"`]?{name}\b", said, re.I)]
    name = rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])"
    lists = [re.findall(name, one[0]) for one in re.finditer(rf"{name}(?:{_BETWEEN}{name})*", said)]
    for name in names:
        if found := next((set(one) for one in lists if name in one), set()):
            return found
    if "role" in named:  # `loc` names the place of the first turn's role
        return {"system"}
    others = {"stream": _STREAMING, "system": _SYSTEM_ROLE}
    return {next((name for name, pattern in others.items() if name in named or pattern.search(said)), "")} - {
        ""
    }


def server_message(error: Exception) -> str:
    """Return what a server said, from the body of its error where there is one."""
    said = _said(_body(error)) or str(getattr(error, "message", "") or error)
    if not said.lstrip().startswith("<"):
        return said
    title = _HTML_TITLE.search(said)
    return " ".join(html.unescape(title[1] if title else _TAGS.sub(" ", said)).split())


def has_words(body: object) -> bool:
    """Tell whether something that came holds words of an error."""
    return bool(_said(body))


def message_in(body: object) -> str:
    """Return the words of an error that is in a file of results, in one line."""
    return _scrubbed(_said(body), ())


def _body(error: Exception) -> object:
    """Return what came with an error; of `{"error": "Bad Request", "message": […]}`, openai keeps a word."""
    body, response = getattr(error, "body", None), getattr(error, "response", None)
    if isinstance(body, str) and response is not None:
        with suppress(ValueError):
            return response.json()
    return body


def _said(body: object) -> str:
    """Return the words in an error's body, wherever a server puts them.

    OpenAI has `message`, FastAPI a list `detail` with `loc` and `msg`, OpenRouter what its provider said in
    `metadata.raw`, Google a list of errors, MiniMax a field with `status_msg`, Rails `errors` by parameter.
    """
    if isinstance(body, list):
        return "; ".join(filter(None, map(_said, body)))
    if isinstance(body, str) and body[:1] in ("{", "["):  # a proxy's message is the answer that it got
        with suppress(ValueError):
            return _said(json.loads(body)) or body
    if not isinstance(body, Mapping):
        return body.rstrip(_STOPS) if isinstance(body, str) else ""
    names = {key: str(key).casefold() for key in body if not str(key).casefold().startswith(_NO_WORDS)}
    named = [body[key] for word in _WORDS for key, name in names.items() if name.endswith(word)]
    inner = (value for value in body.values() if isinstance(value, Mapping))
    said = next(filter(None, map(_said, (*named, *inner))), "")
    if not said and isinstance(errors := body.get("errors"), Mapping):
        said = "; ".join(f"{name}: {words}" for name, value in errors.items() if (words := _said(value)))
    where = ".".join(map(str, body["loc"])) if isinstance(body.get("loc"), list) else ""
    metadata = body.get("metadata")
    raw = _said(metadata.get("raw")) if isinstance(metadata, Mapping) else ""
    return ": ".join(filter(None, (where, said, raw)))


def _parts(body: object) -> Iterator[Mapping[str, object]]:
    """Yield an error's body and all objects in it."""
    if isinstance(body, Mapping):
        yield body
    for part in body.values() if isinstance(body, Mapping) else body if isinstance(body, list) else ():
        yield from _parts(part)


def _fields(body: object) -> list[str]:
    """Return what an error's body has for a status and a code: `{"error": {"code": "500"}}`."""
    own = (part.get(key) for part in _parts(body) for key in ("status", "status_code", "code"))
    return [str(one) for one in own if isinstance(one, str | int)]


def _is_status(text: str) -> bool:
    """Tell whether a code is a status that says what is wrong; 500 says nothing."""
    return re.fullmatch(r"4\d\d", text) is not None


def _places(body: object) -> list[str]:
    """Return the names of the places that an error's body tells in `loc`, as FastAPI and Mistral do."""
    return [str(name) for part in _parts(body) if isinstance(loc := part.get("loc"), list) for name in loc]


def _scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return words of a server in one line, without secrets and control characters."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return one_line(_KEY.sub("***", text))[:200].rstrip(_STOPS) or "no reason given"
