"""Asks a server for JSON without the weight of an HTTP library, to find out what it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_MAX_BYTES = 2_000_000
"""Longest answer that is read; OpenRouter's list of models is about 500 kB."""


def fetch(
    url: str, *, api_key: str = "", timeout: float, body: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Return the JSON object at `url`, or None for any other answer and where nobody answers.

    A `body` is sent as JSON with POST. `timeout` is in seconds.
    """
    import http.client  # follows no redirects, so a probe stays on its server, and so does the key

    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection = connect(address.netloc.rpartition("@")[2], timeout=timeout)
        try:
            payload = None if body is None else json.dumps(body)
            target = address._replace(scheme="", netloc="").geturl()
            connection.request("GET" if body is None else "POST", target, body=payload, headers=headers)
            response = connection.getresponse()
            answer = json.loads(response.read(_MAX_BYTES)) if response.status == 200 else None
        finally:
            connection.close()
    except Exception:  # whatever listens there may send anything
        return None
    return answer if isinstance(answer, dict) else None
