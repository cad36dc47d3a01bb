"""What an answer has to look like to fit into its place, read from the draft and from what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.core import prompt
from assistant.core.draft import Draft
from assistant.core.types import Gap, GapKind, Prompt

_LABEL = re.compile(r"(?m)^[ \t>*_#-]*([^\W\d_][^:\n]{2,40}?)[ \t*_]*:")


@dataclass(frozen=True, slots=True)
class Shape:
    """What cleaning takes away from an answer and refuses in it."""

    heading: str = ""
    """The heading it stands under, which it must not repeat."""
    level: int = 1
    """That heading's level: the answer may only use deeper ones, and none at level 6 or inside an item."""
    stub: str = ""
    """The author's words that it continues; a repetition of them at the start is taken away."""
    inline: bool = False
    """True where only one paragraph fits: in a list item or in the middle of a paragraph."""
    asked: tuple[str, ...] = ()
    """Everything that was said to the model, so that an echo of it can be seen."""
    labels: frozenset[str] = frozenset()
    """The words before a colon by which the request names its parts, in lower case, but the author's."""
    language: str = ""
    """The code of the language that the answer must have, where that is known."""
    language_of: str = ""
    """Text by the author, in whose language the answer must be where no code is known."""
    shown: tuple[str, ...] = ()
    """Finished text that the model was shown, which it must not hand back."""
    code: str = ""
    """The language of the code block around it, `prompt.TEXT` where that names none; empty elsewhere."""
    least_words: int = 8


def shape_of(draft: Draft, asked: Prompt, *, language_name: str = "") -> Shape:
    """Return the shape for the place of `asked`; `language_name` is the author's choice, such as German."""
    gap = asked.gap
    heading = next((h for h in reversed(draft.headings) if h.span.start <= gap.span.start), None)
    own = draft.text((draft.front_matter.end, len(draft.data)))
    inline = asked.target is not None or prompt.is_inline(draft, gap)
    stub = ""
    if asked.target is not None:
        stub = prompt.stub(draft, asked.target)
    elif prompt.is_cut_off(draft, gap):
        stub = draft.text(gap.span).strip()
    request = asked.messages[-1].content
    shown = tuple(m.content for m in asked.messages if m.role == "assistant")
    code = prompt.code_language(draft, gap)
    return Shape(
        heading=heading.text if heading else draft.title,
        level=heading.level if heading else 1,
        stub=stub,
        inline=inline or code == prompt.TEXT,
        asked=(asked.messages[0].content, request),
        labels=frozenset(f[1].casefold() for f in labels(request) if f"{f[1]}:" not in own),
        language=prompt.language_code(draft, language_name),
        language_of=" ".join(shown)[:4000],
        shown=shown,
        code=code,
        least_words=_least_words(gap, inline or bool(code)),
    )


def labels(text: str) -> Iterator[re.Match[str]]:
    """Yield the words before a colon at the start of a line, as group 1; typographic quotes made plain."""
    return _LABEL.finditer(text.replace("’", "'"))


def _least_words(gap: Gap, inline: bool) -> int:
    if inline:
        return 6
    return 12 if gap.kind in (GapKind.NOTES, GapKind.MARKER) else 25
