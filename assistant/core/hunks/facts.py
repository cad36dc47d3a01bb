"""Ask the author for a fact that nobody else can know: "founded in TK" becomes a field to fill in."""

from __future__ import annotations

from assistant.core.hunks import container
from assistant.core.hunks.revise import sentence_at
from assistant.core.text import lazy, questions
from assistant.core.text.cells import cell_head
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, GapKind, Hunk

_MARKER = lazy.pattern(rf"\b(?:{'|'.join(sorted(questions.FACTS))})\b")
"""A gap may hold several: `from TK to TK`."""

_LINK = lazy.pattern(r"\[([^\[\]]*)\]\([<\s]*\Z")
"""A link or a picture before its address: `[the plan](TODO)`, `![](TODO)`."""


def question(draft: Draft, gap: Gap) -> Hunk | None:
    """Return the hunk that asks for what is missing; None where words alone would not do.

    That is an empty block of code, metadata, which has rules of its own, and a remark on no text.
    """
    words = draft.text(gap.span).strip()
    is_box = words[:1] in ("(", "[", "{")  # whose words may continue in the next line
    is_remark = gap.kind is GapKind.REVISION  # on text that isn't there
    if not words or ("\n" in words and not is_box) or gap.span.start < draft.front_matter.end or is_remark:
        return None
    span, prefix, *_ = container.place_of(draft, gap.span)
    text = container.put(_asking(draft, gap, words), prefix)
    return Hunk(gap.id, span, draft.data[span.start : span.end], text.encode(), prefix=prefix)


def _asking(draft: Draft, gap: Gap, words: str) -> str:
    """Return what is in the gap's place until its author answers."""
    subject = next((one.words for one in questions.questions(words)), "") or gap.instruction.strip()
    if len(_MARKER.findall(words)) > 1:  # the author's words between two markers stay
        return _MARKER.sub(lambda marker: questions.question(f"{marker[0]} in “{words}”"), words)
    if link := _LINK.search(draft.text((draft.line_start(gap.span.start), gap.span.start))):
        return questions.question(f"the address of “{link[1].strip() or 'the picture'}”")
    if subject == words.strip("[](){}:. ") and " " not in subject:  # the marker alone: its sentence says more
        start, end = draft.line_start(gap.span.start), draft.line_end(gap.span.end)
        if cell := cell_head(draft, gap.span.start):
            start = draft.data.rfind(b"|", start, gap.span.start) + 1 or start
            end = draft.data.find(b"|", gap.span.end, end) % (end + 1)  # a row needs no bar at its end
            if draft.text((start, end)).strip() == words:
                return questions.question(f"“{cell}”")
        first, last = sentence_at(draft.data[start:end], gap.span.start - start, gap.span.end - start)
        before, after = draft.text((start + first, gap.span.start)), draft.text((gap.span.end, start + last))
        sentence = f"{_MARKER.sub('…', before)}{subject}{_MARKER.sub('…', after)}"
        subject = f"“{' '.join(sentence.split())}”"
    return questions.question(subject)
