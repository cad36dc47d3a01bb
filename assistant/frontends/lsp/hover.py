"""What would be sent for a gap, and what it would cost, shown where the author points."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from assistant.app import workspace
from assistant.app.models import foreseen
from assistant.app.run import Run
from assistant.core.text.display import one_line, visible
from assistant.core.types import Gap
from assistant.errors import AssistantError
from assistant.frontends.lsp import look
from assistant.frontends.lsp.buffers import Buffer
from assistant.frontends.lsp.clients import EditorSettings

_LONGEST = 1500
"""Characters of the last question that are shown."""


async def over(buffer: Buffer, position: types.Position) -> types.Hover | None:
    """Return the hover for a place: for a gap on its line, else None. Asks no model."""
    for gap, start, end in look.open_gaps(buffer):
        place = look.span(buffer.text, start, end, buffer.encoding)
        if place.start.line <= position.line <= place.end.line:
            data = buffer.located.draft.data if buffer.located else b""
            text = await asyncio.get_running_loop().run_in_executor(None, told, buffer, gap, data)
            content = types.MarkupContent(types.MarkupKind.PlainText, text)
            return types.Hover(content, place)
    return None


def told(buffer: Buffer, gap: Gap, data: bytes) -> str:
    """Effect: reads the siblings and counts tokens, and returns the text of the hover."""
    if not gap.fillable:
        return "Left alone: only you know what belongs here."
    given: EditorSettings = buffer.settings or EditorSettings()
    try:
        opened = workspace.open_draft(
            buffer.name,
            data=data,
            base_url=given.base_url,
            model=given.model,
            jobs=given.jobs,
            max_tokens=given.max_tokens,
        )
        connection = foreseen(opened.settings)
        run = Run(opened, [gap], workspace.job(opened, connection=connection), connection)
        prompts = run.job.prompts(gap)
    except AssistantError as error:
        return one_line(str(error))
    fewest, most = prompts[0].words
    where = f" at {one_line(connection.base_url)}" if connection.base_url else ""
    left = [f"Left out for want of room: {one_line(words)}" for words in prompts[0].left_out]
    question = visible(prompts[0].messages[-1].content)
    if len(question) > _LONGEST:
        question = question[:_LONGEST] + " …"
    return "\n".join(
        [
            f"{look.title(gap)}: {fewest} to {most} words{' each' if len(prompts) > 1 else ''}",
            f"{one_line(connection.name)}{where}: {run.before()}",
            *left,
            "",
            "After the post and sections of yours as examples, this is asked:",
            "",
            question,
        ]
    )
