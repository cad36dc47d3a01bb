"""Holds a small model to a list: asked for one in words alone, it writes prose.

In GBNF, llama.cpp's own notation (https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md).
"""

from __future__ import annotations

import math

from assistant.core.types import ListStyle

FEWEST, MOST = 3, 9
"""Items of a list."""
_USUAL = 15
"""Words of an item that the built-in model writes by itself, about."""
_MOST_WEIGHT = 1.5
"""The largest weight, in natural logarithms of probability."""


def list_grammar(style: ListStyle) -> str:
    """Return the grammar of a list in an author's style: its mark, and its lead-ins.

    An item is one sentence, as a small model doesn't end a longer one, and has its full stop: where lines are
    broken by hand, the model would break them within items. Links and brackets are left out: such a model's
    are inventions.
    """
    item = r'first part* last ".\n"'
    if style.lead_ins:
        item = r'"**" capital lead* whole [.:]? "**" [.:]? " " first part* last ".\n"'
    marks = [f"{number}." if style.numbered else style.mark or "-" for number in range(1, MOST + 1)]
    more = ""
    for number in range(MOST, 0, -1):
        more = f'"{marks[number - 1]} " item{" " + more if more else ""}'
        more = f"({more})?" if number > FEWEST else more
    return "\n".join(
        (
            f"root ::= {more}",
            f"item ::= {item}",
            r"first ::= [^-\n\t *+#>`|.!?:()[\]0-9]",
            r"last ::= [^\n\t *.!?:;,()[\]0-9]",
            r"capital ::= [^-\n\t *+#>`|.!?:()[\]0-9a-z]",
            r"lead ::= [^\n*.!?:;,()[\]]",
            r"whole ::= [^\n\t *.!?:;,()[\]]",
            r'part ::= ([0-9]+ ("." [0-9]+)?)? [^\n*.!?()[\]0-9]',
        )
    )


def stop_weight(style: ListStyle) -> float:
    """Return how much likelier a full stop is where an author's items are short, as a natural logarithm."""
    if not style.words:
        return 0.0
    return max(-_MOST_WEIGHT, min(_MOST_WEIGHT, math.log(_USUAL / style.words)))
