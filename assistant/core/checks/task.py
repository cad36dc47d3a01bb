"""Talk that isn't for readers: of the task, the draft or the request, or in a foreign script."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage
from assistant.core.text import language

_FEWEST = 5
"""Words of a sentence whose language is told; a name or a title has fewer."""
_MOST = 1000
"""Characters of a sentence that is looked at; patterns take seconds for 100 kB of signs."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of sentences on the writing, or to who asked for it, and of those in another language.

    `The draft doesn't say who was there.`, `Tell me more, and I'll write this section.` Words that the author
    uses tell nothing. Cleaning cuts what it knows; of a refusal in other words, this is all that tells it.
    """
    own, known = "" if passage.revised else context.everything.casefold(), context.vocabulary
    for start, end in passage.stated if own else ():
        sentence = passage.prose[start:end][:_MOST]
        if language.has_foreign_script(sentence, own, context.language):
            yield Finding("task", "it has words in a script that you don't use", start, end)
        elif len(sentence.split()) >= _FEWEST and language.is_foreign(sentence, context.language, known):
            yield Finding("task", "it is in another language than the rest", start, end)
        elif _is_on_task(sentence, own, context):
            yield Finding("task", "it speaks of the writing, or to you, and not to your readers", start, end)


def _is_on_task(sentence: str, own: str, context: Context) -> bool:
    def says(name: str) -> bool:
        is_known = f"chat.{name}" in context.lists.patterns  # Polish has no words for `you`
        hits = context.pattern(f"chat.{name}").finditer(sentence) if is_known else ()
        return any(hit[0].strip().casefold() not in own for hit in hits)

    if context.pattern("chat.told").search(sentence):
        return False
    regrets = sum(map(says, ("sorry", "cannot", "please")))
    is_you = says(f"you {context.language or 'en'}")
    is_asked = is_you or regrets > 0 or any(map(says, ("material", "on writing", "i compose")))
    declines = regrets > 0 and regrets + is_you > 1 and says("task")
    return declines or says("draft word") or (is_asked and says("piece"))
