"""Turns requests into calls on the engine, and its state into pages; it decides nothing."""

from __future__ import annotations

import asyncio
import gc
import json
import mimetypes
import secrets
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from assistant.app import report
from assistant.app.draft_pool import DraftPool, OpenDraft
from assistant.app.undo import undo_write
from assistant.core.text.display import one_line, visible
from assistant.errors import AssistantError, StoreBusy, UsageError
from assistant.frontends.web import about, preview
from assistant.frontends.web.templates import template
from assistant.frontends.web.view import DraftPage, Tab, page_keys

_MAX_BYTES = 8_000_000
"""Bytes of a request: a draft's piece, with room to spare."""
_MAX_VIEWS = 60
"""Pages that are remembered; one that was forgotten loads itself again."""
_TICK = 0.04
"""Seconds between two looks at what a model writes: 25 pictures a second."""
_ON_DRAFT = ("accept_rest", "next", "undo", "redo")
_ON_PIECE = ("accept", "reject", "split", "stop", "dismiss", "ask_instead", "drop", "approve")
"""Commands of `Reviewer` that take no words, for the whole draft and for a piece."""
_PAGE_KEYS = {"question_mark": "?", "escape": "Escape", "full_stop": "."}
"""Keys as a browser names them, where it has another name."""
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


class Pages:
    """The pages of one `assistant open`."""

    def __init__(self, pool: DraftPool, stop: Callable[[], None], *, is_ending: Callable[[], bool]) -> None:
        """Show a pool's drafts. `stop` ends the server; `is_ending` tells whether it ends."""
        self.pool, self.stop, self.is_ending = pool, stop, is_ending
        self.draft_pages: dict[str, DraftPage] = {}
        self.tabs: OrderedDict[str, Tab] = OrderedDict()

    def application(self) -> Starlette:
        """Return everything as an ASGI application."""
        get, post = ["GET"], ["POST"]
        routes: list[BaseRoute] = [
            Route("/", self.folder, methods=get),
            Route("/draft/{name}", self.draft, methods=get),
            Route("/draft/{name}/open", self.open, methods=post),
            Route("/draft/{name}/do", self.do, methods=post),
            Route("/draft/{name}/text", self.text, methods=get),
            Route("/draft/{name}/events", self.events, methods=get),
            Route("/draft/{name}/preview", self.preview, methods=get),
            Route("/draft/{name}/prompt", self.prompt, methods=get),
            Route("/draft/{name}/image", self.image, methods=get),
            Route("/voice", self.voice, methods=get),
            Route("/model", self.model, methods=get),
            Route("/model/{what}", self.change_model, methods=post),
            Route("/quit", self.quit, methods=post),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ]
        handlers = {AssistantError: self.failure, Exception: self.failure, 404: self.missing}
        return Starlette(routes=routes, exception_handlers=handlers)

    # ---- pages ------------------------------------------------------------------------------------

    def _page(self, file: str, here: str, status: int = 200, **values: Any) -> Response:
        pages = [("/", "Drafts" if not self.pool.only else "Draft"), ("/voice", "Voice"), ("/model", "Model")]
        return HTMLResponse(template(file).render(pages=pages, here=here, **values), status)

    def failure(self, request: Request, error: Exception) -> Response:
        """Say in a line what can't be done."""
        line = one_line(str(error) if isinstance(error, AssistantError) else f"internal error: {error!r}")
        if request.method == "POST":
            return JSONResponse({"said": line, "failed": True})
        if isinstance(error, StoreBusy) and "name" in request.path_params:
            name = request.path_params["name"]
            actions = [
                (f"/draft/{name}/open?mode=look", "Look only"),
                (f"/draft/{name}/open?mode=takeover", "Take over"),
            ]
            return self._page("note.html", "", 409, title="Open elsewhere", lines=[line], actions=actions)
        return self._page("note.html", "", 400, title="That can't be shown", lines=[line], actions=[])

    def missing(self, request: Request, error: Exception) -> Response:
        """Say that there is no such page."""
        return self._page("note.html", "", 404, title="No such page", lines=["Nothing is here."], actions=[])

    def folder(self, request: Request) -> Response:
        """Show the drafts of the folder, or go to the only one."""
        if self.pool.only:
            return RedirectResponse(f"/draft/{self.pool.only}", 303)
        entries = sorted(self.pool.entries(), key=lambda entry: not entry.gaps)
        model = about.model_line(about.settings_of(self.pool)) if any(one.gaps for one in entries) else ""
        return self._page("folder.html", "/", path=one_line(self.pool.path), entries=entries, model=model)

    def open(self, request: Request) -> Response:
        """Open a draft that another session has, to look at it or to take it over."""
        name = request.path_params["name"]
        self.pool.draft(name, mode=request.query_params.get("mode", ""))
        return RedirectResponse(f"/draft/{name}", 303)

    def draft(self, request: Request) -> Response:
        """Show a draft with its pieces."""
        name = request.path_params["name"]
        page = self._draft_page(name)
        draft = page.draft
        with draft.lock:
            number = secrets.token_urlsafe(9)
            tab = self.tabs[number] = Tab(page)
            fragments = tab.whole()
        gc.enable()  # opening makes no garbage worth looking for
        while len(self.tabs) > _MAX_VIEWS:
            self.tabs.popitem(last=False)
        signs = ((key, sign) for key in page_keys() for sign in key.key.split(","))
        # In a browser, ctrl+r loads the page again.
        keys = {_PAGE_KEYS.get(sign, sign): key.command for key, sign in signs if sign != "ctrl+r"}
        return self._page(
            "draft.html",
            f"/draft/{name}" if not self.pool.only else "/",
            view=number,
            **self._about(page),
            draft=fragments.draft,
            bar=fragments.bar,
            keys=[((key.sign or key.key).removeprefix("ctrl+r "), key.sentence) for key in page_keys()],
            commands=json.dumps(keys),
            at=draft.reviewer.at[1],
        )

    def _draft_page(self, name: str) -> DraftPage:
        draft = self.pool.draft(name)
        page = self.draft_pages.get(name)
        if page is None or page.draft is not draft:
            page = self.draft_pages[name] = DraftPage(self.pool, name, draft)
        return page

    def preview(self, request: Request) -> Response:
        """Show the whole draft as it is, as it would be, and what changes."""
        name, form = request.path_params["name"], request.query_params.get("form", "changes")
        page = self._draft_page(name)
        with page.draft.lock:
            rendered, _ = page.now()
            base, hunks = page.draft.session.review.base, page.draft.reviewer.changes()
        return self._page(
            "preview.html",
            "",
            forms=preview.FORMS,
            shown=form,
            count=len(hunks),
            **self._about(page),
            **preview.values(rendered, base, hunks, form),
        )

    def _about(self, page: DraftPage) -> dict[str, Any]:
        """Return what every page on a draft says of it."""
        workspace, rendered = page.draft.session.workspace, page.rendered
        return {
            "name": page.name,
            "title": one_line(workspace.draft.title) or one_line(workspace.path.name),
            "titled": rendered.has_title,
            "path": one_line(workspace.name),
            "lang": rendered.language,
            "direction": rendered.direction,
        }

    def prompt(self, request: Request) -> Response:
        """Show what is sent for a piece."""
        name = request.path_params["name"]
        draft = self.pool.draft(name)
        with draft.lock:
            self._go(draft, request.query_params.get("key", ""))
            prompts, turns = draft.reviewer.prompts(), draft.reviewer.sent()
        messages = [{"role": role, "content": visible(words)} for role, words in turns]
        tokens = f"{sum(prompt.tokens for prompt in prompts):,}"
        return self._page("prompt.html", "", name=name, tokens=tokens, messages=messages)

    def voice(self, request: Request) -> Response:
        """Show what was learned of the author."""
        return self._page("voice.html", "/voice", **about.voice(self.pool))

    def model(self, request: Request) -> Response:
        """Show which model writes, and what it cost."""
        return self._page("model.html", "/model", **about.model(self.pool))

    def image(self, request: Request) -> Response:
        """Give out an image of the blog that the draft is in; nothing outside of its folder."""
        workspace = self.pool.draft(request.path_params["name"]).session.workspace
        source = request.query_params.get("src", "").partition("?")[0].partition("#")[0]
        base = workspace.root if source.startswith("/") else workspace.path.parent
        path = (base / source.lstrip("/")).resolve()
        if path.suffix.lower() not in _IMAGES or not path.is_relative_to(workspace.root.resolve()):
            raise HTTPException(404)
        if not path.is_file():
            raise HTTPException(404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        # An SVG image may hold a script, which must not run where it is opened by itself either.
        return FileResponse(path, media_type=kind, headers={"Content-Security-Policy": "sandbox"})

    # ---- what a page asks for ---------------------------------------------------------------------

    def text(self, request: Request) -> Response:
        """Return the words of a piece, to be edited or copied."""
        piece = self.pool.draft(request.path_params["name"]).session.review.piece(
            request.query_params.get("key", "")
        )
        return PlainTextResponse(piece.words if piece else "")

    async def do(self, request: Request) -> Response:
        """Do what a button or a key says, and return a line to show and the piece to go to."""
        fields = await _fields(request)
        return JSONResponse(await run_in_threadpool(self._do, request.path_params["name"], fields))

    def _do(self, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        draft = self.pool.draft(name)
        command, text, key = (str(fields.get(field) or "") for field in ("command", "text", "key"))
        with draft.lock:
            reviewer = draft.reviewer
            on_draft: dict[str, Callable[[], str]] = {
                "begin": partial(_begin, draft),
                "stop_all": reviewer.stop_all,
                "write": lambda: "\n".join(reviewer.write()) or report.NOTHING_ACCEPTED,
                "undo_write": partial(_undo_write, draft),
                "revise": lambda: reviewer.revise(str(fields.get("lines", "")), text),
                **{name: getattr(reviewer, name) for name in _ON_DRAFT},
            }
            on_piece: dict[str, Callable[[], str]] = {
                **{
                    name: partial(getattr(reviewer, name), text)
                    for name in ("edit", "retry", "answer", "fit")
                },
                "instruct": lambda: reviewer.retry(text),
                "move": lambda: reviewer.move(_step(fields)),
                "show_version": lambda: reviewer.show_version(_step(fields)),
                **{name: getattr(reviewer, name) for name in _ON_PIECE},
            }
            is_there = self._go(draft, key, str(fields.get("doubt", "")))
            if command in on_draft:
                line = on_draft[command]()
            elif command not in on_piece:
                raise UsageError("no such command")
            else:
                line = on_piece[command]() if is_there else "that piece is not in the draft any more"
            draft.wake()
            return {"said": line, "key": reviewer.at[1]}

    def _go(self, draft: OpenDraft, key: str, doubt: str = "") -> bool:
        """Look at a piece, and at its question or warning with this number; return False where it is not."""
        reviewer, piece = draft.reviewer, draft.session.review.piece(key)
        if piece is None:
            return False
        reviewer.at = (0, key)
        number = int(doubt) if doubt.isascii() and doubt.isdigit() else 0
        for target in piece.doubts[number : number + 1]:
            turns = iter(piece.doubts)
            while reviewer.doubt != target and next(turns, None):
                reviewer.next_doubt()
        return True

    async def change_model(self, request: Request) -> Response:
        """Choose a model, fetch it, or keep a key."""
        fields = await _fields(request)
        what = request.path_params["what"]
        return JSONResponse({"said": await run_in_threadpool(about.change_model, self.pool, what, fields)})

    async def quit(self, request: Request) -> Response:
        """End the server; every decision is saved already."""
        self.stop()
        return JSONResponse({"said": "Everything is saved. You can close this page."})

    async def events(self, request: Request) -> Response:
        """Stream what is new in a draft to a page; one that was forgotten is told to load itself again."""
        tab = self.tabs.get(request.query_params.get("view", ""))
        stream: AsyncIterator[str] | Iterator[str] = iter(("event: stale\ndata: 0\n\n",))
        if tab is not None:
            # A draft that nobody looked at for a while was closed, and is opened again.
            tab.page = await run_in_threadpool(self._draft_page, request.path_params["name"])
            stream = self._stream(tab)
            # Only now that the page is drawn: it reads the whole series.
            threading.Thread(target=tab.page.estimate, daemon=True).start()
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _stream(self, tab: Tab) -> AsyncIterator[str]:
        wake, loop, draft = asyncio.Event(), asyncio.get_running_loop(), tab.page.draft
        turn = tab.begin()

        def listener() -> None:
            with suppress(RuntimeError):  # the server ended meanwhile
                loop.call_soon_threadsafe(wake.set)

        draft.listeners.add(listener)
        draft.pages += 1
        try:
            yield "retry: 500\n\n"
            while not self.is_ending() and turn == tab.turn:
                wake.clear()
                for name, value in await run_in_threadpool(tab.changes):
                    yield f"event: {name}\ndata: {json.dumps(value)}\n\n"
                await asyncio.sleep(_TICK)
                if not tab.owed:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), 1)
                await run_in_threadpool(draft.follow)
        finally:
            draft.pages -= 1
            draft.listeners.discard(listener)


async def _fields(request: Request) -> Mapping[str, Any]:
    """Return the fields of a request, which is JSON: no form of another site can send that."""
    if request.headers.get("content-type") != "application/json":
        raise HTTPException(415)
    if int(request.headers.get("content-length") or _MAX_BYTES + 1) > _MAX_BYTES:
        raise HTTPException(413)
    try:
        fields = await request.json()
    except ValueError:
        raise HTTPException(400) from None
    if not isinstance(fields, dict):
        raise HTTPException(400)
    return fields


def _step(fields: Mapping[str, Any]) -> int:
    return -1 if str(fields.get("argument")) == "-1" else 1


def _begin(draft: OpenDraft) -> str:
    at = draft.reviewer.at
    draft.reviewer.begin()
    draft.reviewer.at = at  # where the author is, the author stays
    return ""


def _undo_write(draft: OpenDraft) -> str:
    session = draft.session
    if session.read_only:
        raise StoreBusy("the draft is open in another session")
    undone = undo_write(session)
    return "\n".join(report.undone(session.workspace.draft, undone[1])) if undone else "nothing to undo"
