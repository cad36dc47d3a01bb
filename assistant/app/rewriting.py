"""Rewrites one sentence of a piece: around the author's words, or without what only the author knows."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from assistant.app.budget import Budget
from assistant.app.job import Job
from assistant.app.models import Connection
from assistant.app.workspace import Workspace
from assistant.core.hunks.doubts import Doubt, unapproved
from assistant.core.hunks.line_width import rewrapped
from assistant.core.hunks.revise import Revision, author_end, sentence_at
from assistant.core.prompt.chat_tokens import escape_messages
from assistant.core.prompt.turns import count_tokens
from assistant.core.review import events
from assistant.core.review.state import Piece
from assistant.core.text import questions
from assistant.core.types import Hunk, Message, Reply, Request, Span, Usage
from assistant.errors import ModelError

_MAX_TIMES = 3
"""How many times as many words as before a sentence may have: an answer needs room, an essay is none."""


def rewrite(
    workspace: Workspace,
    connection: Connection,
    job: Job,
    piece: Piece,
    doubt: Doubt,
    words: str,
    *,
    budget: Budget,
) -> tuple[events.Revised, Usage]:
    """Ask the model for another sentence in place of the doubtful one.

    `words` are the author's, or empty for a sentence that does without. Return the event that puts it in,
    and the tokens. Raises `ModelError` where what came can't be used, and `UsageError`.
    """
    from assistant.core.checks import check  # their patterns take 40 ms

    start, end = sentence_at(piece.text, doubt.start, doubt.end)
    sentence = piece.text[start:end].decode()
    request, sent = _request(job, piece, sentence, _paragraph(piece.text, start, end), words)
    limit, model = (
        workspace.settings.max_cost,
        connection.for_draft(workspace.path, fresh=workspace.settings.fresh),
    )
    with budget.spending(connection, lambda: Usage(sent, request.max_tokens), limit=limit) as count:
        reply = model.answer(request)[0]
        count(reply.usage)
    try:
        new = _cleaned(job, request, reply.text, sentence=sentence, words=words)
    except ModelError:
        reply.forget()
        raise
    revision = Revision(start, end, new.replace("\n", job.draft.newline).encode())
    own = piece.text[start : author_end(piece.hunk)] if piece.hunk else b""
    if own and not author_end(Hunk(piece.gap, Span(0, 0), own, revision.new)):
        reply.forget()
        raise ModelError("the other sentence changes your own words; reject the piece instead")
    if piece.hunk:
        revision = rewrapped(job.draft, piece.hunk, revision, width=job.width)
    hunk = Hunk(piece.gap, Span(0, 0), b"", revision.new)
    checked = questions.blanked(hunk.replacement.decode())
    hunk = replace(hunk, warnings=check(checked, context=job.facts(guidance=words)))
    number = piece.version.proposal if piece.version else 0
    warnings = unapproved(hunk, job.approvals)
    return events.Revised(
        piece.key, revision.start, revision.end, hunk.replacement, number, warnings
    ), reply.usage


def _paragraph(text: bytes, start: int, end: int) -> str:
    first = text.rfind(b"\n\n", 0, start) + 1
    last = text.find(b"\n\n", end)
    return text[first : len(text) if last < 0 else last].decode().strip()


def _request(job: Job, piece: Piece, sentence: str, paragraph: str, words: str) -> tuple[Request, int]:
    language = job.shared.language
    values = {"paragraph": paragraph, "sentence": sentence, "words": words, "language": language}
    question = Message("user", job.templates.render("sentence", **values))
    messages = escape_messages((job.shared.messages[0], question))
    most = max(40, _MAX_TIMES * (len(sentence.split()) + len(words.split())))
    seed = hashlib.sha256(f"{piece.key} {sentence} {words}".encode()).digest()[:4]
    request = Request(messages, job.answer_tokens(most), int.from_bytes(seed) & 0x7FFFFFFF, shared=1)
    return request, count_tokens(messages, job.count)


def _cleaned(job: Job, request: Request, reply: str, *, sentence: str, words: str) -> str:
    """Return the sentence in a reply. Raises `ModelError` where there is none, or one that asks again."""
    from assistant.core.answer.cleanup import clean
    from assistant.core.answer.expected import Expected
    from assistant.core.answer.markup import without_foreign

    prompt = request.messages[-1].content
    expected = Expected(
        inline=True,
        request=(request.messages[0].content, prompt.replace(sentence, "")),
        labels=frozenset(job.templates.labels("sentence")),
        language_of=sentence,
        spellings=job.spellings,
        least_words=2,
        most_words=max(30, _MAX_TIMES * (len(sentence.split()) + len(words.split()))),
    )
    cleaned = clean(Reply(reply, ""), expected=expected)
    text, _ = without_foreign(cleaned.text, context=job.facts(guidance=words))
    if not text.strip() or text == sentence or questions.questions(text):
        reason = cleaned.reason or "it asks, or says the same"
        raise ModelError(f"no better sentence: {reason}")
    return text.strip()
