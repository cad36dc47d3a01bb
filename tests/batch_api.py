"""Files and batches of a fake server, with the faults that a real one has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import fakes


@dataclass
class BatchApi:
    """What was uploaded, the batches made of it, and how they end; `FakeServer.api` is its `handle`."""

    server: fakes.FakeServer
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    before: Callable[[str, str], None] = field(default=lambda method, path: None)
    """Called before a request is answered, with its method and path."""
    after: Callable[[str, str], None] = field(default=lambda method, path: None)
    """Called when a request was carried out, and before its answer is sent."""
    refuses: bool = False
    """True for a server that takes files and makes no batches of them."""

    def handle(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Answer a request on files and batches; None for any other."""
        if not re.match(r"/v1/(files|batches)", path):
            return None
        self.before(method, path)
        answer = self._answer(method, path.partition("?")[0].removeprefix("/v1/").split("/"), body)
        self.after(method, path)
        if isinstance(answer, bytes):
            return 200, answer
        return (200 if answer else 404), json.dumps(answer or {"error": {"message": "not found"}}).encode()

    def _answer(self, method: str, path: list[str], body: bytes) -> Any:
        match method, path:
            case "POST", ["files"]:
                name = f"file-{len(self.files)}"
                boundary = body.split(b"\r\n", 1)[0]
                (data,) = (part for part in body.split(boundary) if b'filename="' in part)
                self.files[name] = data.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
                return {"id": name, "object": "file", "purpose": "batch", "bytes": 1, "created_at": 0}
            case "GET", ["files", name, "content"]:
                return self.files.get(name)
            case "POST", ["batches"]:
                if self.refuses:
                    return None
                name = f"batch_{len(self.batches)}"
                count = self.files[(fields := json.loads(body))["input_file_id"]].count(b"\n")
                counts = {"total": count, "completed": 0, "failed": 0}
                self.batches[name] = {
                    **fields, "id": name, "object": "batch", "created_at": 0,
                    "status": "in_progress", "request_counts": counts,
                }  # fmt: skip
                return self.batches[name]
            case "GET", ["batches"]:
                return {"object": "list", "data": list(self.batches.values()), "has_more": False}
            case "GET", ["batches", name]:
                return self.batches.get(name)
            case "POST", ["batches", name, "cancel"]:
                self.end(name, status="cancelled", most=1)
                return self.batches[name]
        return None

    def requests(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of a batch."""
        return [json.loads(line) for line in self.files[self.batches[name]["input_file_id"]].splitlines()]

    def end(
        self,
        name: str = "batch_0",
        *,
        status: str = "completed",
        most: int = 1000,
        fails: Callable[[int], bool] = lambda number: False,
    ) -> None:
        """End a batch: `most` requests are answered, those that `fails` names with an error."""
        answers, errors = [], []
        for number, line in enumerate(self.requests(name)):
            result: dict[str, Any] = {"id": f"r{number}", "custom_id": line["custom_id"], "error": None}
            if number >= most:
                code = "batch_expired" if status == "expired" else "batch_cancelled"
                result |= {"response": None, "error": {"code": code, "message": f"not answered: {code}"}}
                errors.append(result)
            elif fails(number):
                body = {"error": {"message": "Server had an error\x1b[31m", "type": "server_error"}}
                errors.append(result | {"response": {"status_code": 500, "body": body}})
            else:
                answers.append(result | {"response": {"status_code": 200, "body": self.completion(line)}})
        batch = self.batches[name]
        batch["status"] = status
        batch["request_counts"] |= {"completed": len(answers), "failed": len(errors)}
        for kind, lines in (("output_file_id", answers), ("error_file_id", errors)):
            if lines:
                batch[kind] = f"{name}-{kind}"
                lines.reverse()  # the order is not that of the requests
                self.files[batch[kind]] = "".join(f"{json.dumps(one)}\n" for one in lines).encode()

    def completion(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one line."""
        message = {"role": "assistant", "content": self.server.answer(line["body"])}
        usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {
            "id": "x", "object": "chat.completion", "created": 0, "model": "fake-model",
            "choices": [choice], "usage": usage,
        }  # fmt: skip
