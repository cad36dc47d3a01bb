"""What an answer has to look like to fit into its place, read from the draft and from what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.core.prompt import surroundings
from assistant.core.prompt.shared import language_code
from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY
from assistant.core.types import Gap, GapKind, ListStyle, Prompt


@dataclass(frozen=True, slots=True)
class Expected:
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
    """The language of the code block around it, `PLAIN_CODE` where that names none; empty elsewhere."""
    lists: ListStyle = ANY
    """How the author writes lists."""
    least_words: int = 8


def expected_answer(
    draft: Draft,
    asked: Prompt,
    *,
    labels: Iterable[str] = (),
    language_name: str = "",
    lists: ListStyle = ANY,
) -> Expected:
    """Return what is expected at the place of `asked`.

    `labels` are those of the template it was made from; `language_name` is what the author chose ("German");
    `lists` how the author writes lists.
    """
    gap = asked.gap
    heading = draft.heading_above(gap.span.start)
    own = draft.body
    inline = asked.target is not None or surroundings.is_inline(draft, gap)
    stub = ""
    if asked.target is not None:
        stub = surroundings.stub(draft, asked.target)
    elif surroundings.is_cut_off(draft, gap):
        stub = draft.text(gap.span).strip()
    shown = tuple(m.content for m in asked.messages if m.role == "assistant")
    code = surroundings.code_language(draft, gap)
    return Expected(
        heading=heading.text if heading else draft.title,
        level=heading.level if heading else 1,
        stub=stub,
        inline=inline,
        asked=(asked.messages[0].content, asked.messages[-1].content),
        labels=frozenset(label for label in labels if not any(f"{label}:" in text for text in (own, *shown))),
        language=language_code(draft, language_name),
        language_of=" ".join(shown)[:4000],
        shown=shown,
        code=code,
        lists=lists,
        least_words=_least_words(draft, gap, inline or bool(code)),
    )


def _least_words(draft: Draft, gap: Gap, inline: bool) -> int:
    if inline:
        return 6
    within = gap.kind in (GapKind.NOTES, GapKind.MARKER) and not draft.heading_at(gap.span)
    return 12 if within else 25
