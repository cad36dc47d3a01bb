"""What would be sent for a gap, and what it would cost, shown where the author points."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from assistant.app import report
from assistant.app.run import Run
from assistant.app.workspace import job as prepare_job
from assistant.core.hunks import diff
from assistant.core.text.display import one_line, visible
from assistant.core.types import Gap
from assistant.errors import AssistantError
from assistant.frontends.lsp.buffer import Placement
from assistant.frontends.lsp.code_lens import write_title
from assistant.frontends.lsp.diagnostics import open_gaps
from assistant.frontends.lsp.documents import Document
from assistant.frontends.lsp.sessions import open_workspace

_MAX_QUESTION = 1500
"""Characters of the last message that are shown: more fills the screen, and the rest is examples."""


async def hover(document: Document, position: types.Position) -> types.Hover | None:
    """Return what is said of the gap on a line, or what a text there changes; asks no model."""
    for gap, where in open_gaps(document):
        place = document.range(where)
        if place.start.line <= position.line <= place.end.line:
            data = document.located.draft.data if document.located else b""
            text = await asyncio.get_running_loop().run_in_executor(None, _text, document, gap, data)
            return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), place)
    for placement in document.undecided:
        place = document.range(placement.extent)
        if place.start.line <= position.line <= place.end.line:
            support = await asyncio.get_running_loop().run_in_executor(None, _support, document, placement)
            text = "\n\n".join(part for part in (_change(document, placement), support) if part)
            return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), place) if text else None
    return None


def _change(document: Document, placement: Placement) -> str:
    if not placement.original.strip():
        return ""
    now = document.text.text[slice(*placement.extent)]
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(signs[op].format(visible(words)) for op, words in diff.readable(placement.original, now))


def _support(document: Document, placement: Placement) -> str:
    """Read the sibling posts, and return which passages support the text of a piece; empty if none."""
    piece = document.piece(placement.key)
    if piece is None or piece.hunk is None or piece.version is None or document.session is None:
        return ""
    try:
        workspace = open_workspace(document, piece.version.base or document.session.review.base)
        passages = report.passages(prepare_job(workspace), piece.hunk, name=workspace.name)
    except AssistantError as error:
        return one_line(str(error))
    return f"Supported by what you wrote:\n\n{visible(passages)}" if passages else ""


def _text(document: Document, gap: Gap, data: bytes) -> str:
    """Read the sibling posts, count tokens, and return the text of the hover."""
    if not gap.fillable:
        return "Not written for you: only you know what belongs here."
    try:
        draft = open_workspace(document, data)
        run = Run.expected(
            draft, lambda _: [gap], replies=document.session.store if document.session else None
        )
        connection = run.connection
        prompts = run.job.prompts(gap)
    except AssistantError as error:
        return one_line(str(error))
    fewest, most = prompts[0].words
    server = f" at {one_line(connection.base_url)}" if connection.base_url else ""
    question = visible(prompts[0].messages[-1].content)
    if len(question) > _MAX_QUESTION:
        question = question[:_MAX_QUESTION] + " …"
    return "\n".join(
        [
            f"{write_title(gap)}: {fewest} to {most} words{' each' if len(prompts) > 1 else ''}",
            f"{one_line(connection.name)}{server}: {run.before(run.requests())}",
            *(f"Left out, no room: {one_line(words)}" for words in prompts[0].left_out),
            "",
            "The post, sections of yours as examples, and then this question:",
            "",
            question,
        ]
    )
