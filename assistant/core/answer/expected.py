"""What an answer has to look like to fit into its place, read from the draft and from its prompt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.core.prompt import surroundings
from assistant.core.prompt.shared import language_code
from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY
from assistant.core.types import Gap, GapKind, ListStyle, Prompt

_FEWEST, _FEWEST_WITHIN, _FEWEST_INLINE = 25, 12, 6
"""Words that a section, some text within one, and the continuation of a point have at least."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What cleaning takes away from an answer, and rejects it for."""

    heading: str = ""
    """The heading it stands under, which it must not repeat."""
    level: int = 1
    """That heading's level: the answer may only use deeper ones, and none at level 6 or inside an item."""
    stub: str = ""
    """The author's words that it continues; a repetition of them at the start is taken away."""
    inline: bool = False
    """True where only one paragraph fits: in a list item or in the middle of a paragraph."""
    request: tuple[str, ...] = ()
    """The rules and the request that the model was sent, so that an echo of them can be seen."""
    labels: frozenset[str] = frozenset()
    """The words before a colon by which the request names its parts, in lower case, but the author's."""
    language: str = ""
    """The code of the language that the answer must have, where that is known."""
    language_of: str = ""
    """Text by the author, in whose language the answer must be where no code is known."""
    examples: tuple[str, ...] = ()
    """Finished text that the model was shown, which it must not hand back."""
    code: str = ""
    """The language of the code block around it, `PLAIN_CODE` where that names none; empty elsewhere."""
    lists: ListStyle = ANY
    """How the author writes lists."""
    least_words: int = 8


def expected_answer(
    draft: Draft,
    prompt: Prompt,
    *,
    labels: Iterable[str] = (),
    language_name: str = "",
    lists: ListStyle = ANY,
) -> Expected:
    """Return what the answer to `prompt` has to look like.

    `labels` are those of the template it was made from; `language_name` is what the author chose ("German");
    `lists` how the author writes lists.
    """
    gap, target = prompt.gap, prompt.target
    heading = draft.heading_above(gap.span.start)
    inline = target is not None or surroundings.is_inline(draft, gap)
    code = surroundings.code_language(draft, gap)
    stub = draft.text(gap.span).strip() if surroundings.is_cut_off(draft, gap) else ""
    examples = tuple(m.content for m in prompt.messages if m.role == "assistant")
    own = (draft.body, *examples)
    return Expected(
        heading=heading.text if heading else draft.title,
        level=heading.level if heading else 1,
        stub=surroundings.stub(draft, target) if target is not None else stub,
        inline=inline,
        request=(prompt.messages[0].content, prompt.messages[-1].content),
        labels=frozenset(label for label in labels if not any(f"{label}:" in text for text in own)),
        language=language_code(draft, language_name),
        language_of=" ".join(examples)[:4000],
        examples=examples,
        code=code,
        lists=lists,
        least_words=_FEWEST_INLINE if inline or code else _fewest_words(draft, gap),
    )


def _fewest_words(draft: Draft, gap: Gap) -> int:
    within = gap.kind in (GapKind.NOTES, GapKind.MARKER) and not draft.heading_at(gap.span)
    return _FEWEST_WITHIN if within else _FEWEST
