"""The evidence: every signal with its weight, and the reason in a few words that the author reads.

A gap's confidence is the logistic function of the sum of its signals' weights, so 0 means as likely as
not. The weights are set by hand, for reasons, with the labelled drafts in view. `benchmarks/fit.py` refits
them with each repository left out, which says how far such weights carry over to drafts never seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

WEIGHTS: Mapping[str, float] = {
    # --- markers: is it addressed to the author, or is it the subject? ---
    "marker opens its line": 1.6,
    "marker stands alone": 1.4,
    "marker set off by a sign": 1.0,
    "marker opens a sentence": 1.4,
    "marker inside a sentence": -1.2,
    "says what to do": 1.6,
    "stands where a value belongs": 1.6,
    "stands for a fact": 1.6,
    "marker in link words": -1.5,
    "word is spoken of": -3.0,
    "word in quotation marks": -2.5,
    "inside a quotation": -1.0,
    "banner word": -1.0,
    "part of a name": -2.5,
    "the subject of the post": -2.2,
    "question marks for a word": 0.3,
    "part of a joke": -4.0,
    "only surprise": -1.8,
    "filler text": 2.0,
    "letters for a fact": -0.9,
    "says that text is to come": 1.8,
    "promise at the end": -1.9,
    "only dots": 0.5,
    "something left out": -1.5,
    # --- placeholders in brackets ---
    "in square brackets": -1.5,
    "in double braces": -1.6,
    "names a fact": 1.0,
    "plain words in braces": 1.2,
    "in angle brackets": -0.6,
    "placeholder stands alone": 1.2,
    "may say what to do": 0.9,
    "says that something is missing": 1.6,
    "names a picture or link": 1.2,
    "names a part of the text": 0.8,
    "opens like a template": 0.8,
    "ends like a placeholder": 1.0,
    "asks a question": 1.9,
    "in capitals": 0.9,
    "between rows of signs": -0.8,
    "sample words of a template": 0.6,
    "outside a list": -0.8,
    # --- front matter ---
    "a marker as a value": 2.5,
    "a marker as the title": 1.0,
    "a placeholder as a value": 1.2,
    # --- comments ---
    "the author's own word": 9.0,
    "a comment": -1.4,
    "begins with a marker": 4.0,
    "holds a marker": 1.6,
    "holds markup or code": -1.8,
    "long text taken out": -1.2,
    # --- empty sections ---
    "nothing stands below": 2.0,
    "the title of the post": -4.0,
    "a section that fills itself": -3.0,
    "a table of contents is made here": -1.2,
    "a heading without words": -3.0,
    "a farewell": -2.5,
    "its level only holds subtitles": -3.0,
    "a sentence above a rule": -4.0,
    "a sentence as heading": -1.2,
    "a list of links as headings": -2.5,
    # --- instructions ---
    "a line of bare prose": -1.8,
    "begins like a note to oneself": 1.9,
    "begins with something to do": 0.6,
    "says that this is a draft": 1.8,
    "names what should stand here": 1.3,
    "points at the text around it": 1.0,
    "begins in lower case": 0.6,
    "has no full stop": 0.5,
    "a plain sentence": -0.2,
    "ends in a colon": -1.2,
    "a long line": -0.9,
    "speaks to the reader": -1.5,
    "more than one line": -1.0,
    "code follows": -1.5,
    "beside a picture": -1.5,
    "a link": -1.2,
    "a label in bold": -1.0,
    "one command among others": -1.8,
    "an item in a list": -0.3,
    "an open task": 1.0,
    "opens the post": 0.3,
    # --- sentences cut off ---
    "no end of the sentence": -2.2,
    "ends in a comma or an open sign": 2.2,
    "ends in a word that joins": 2.6,
    "ends in a small word": 0.9,
    "in a list": -1.2,
    "sentences before it are whole": 1.1,
    "a torn word": 1.6,
    "nothing at all follows": 0.9,
    "as long as a whole sentence": -0.7,
    "only a letter or two": 4.0,
    "ends in a bare number": 0.8,
    "no spaces, no stops": -0.8,
    "other paragraphs end with a stop": 0.9,
    "the author leaves stops out": -1.4,
    "the section ends here": 0.9,
    "a marker follows": 1.0,
    "a list or code follows": -2.8,
    "all there is in its section": 0.8,
    "a blank waits at the end": 0.4,
    "a few words": -0.9,
    "ends in a link": -1.6,
    "ends in code or mathematics": -0.9,
    "ends in a smile": -2.5,
    "ends in a tag": -2.0,
    "short lines": -1.3,
    "set off as a whole": -1.6,
    "something was opened and not closed": 0.9,
    "begins with a sign": -1.5,
    "a fragment": 0.2,
    "a credit": -1.6,
    "a label and its value": -1.2,
    "nothing follows its colon": -1.4,
    "names what must follow": 0.8,
    "a heading that stops": 0.8,
    # --- fragments ---
    "a list without sentences": -2.1,
    "items begin in lower case": 0.6,
    "questions to oneself": 1.3,
    "jotted down": 0.4,
    "long items": -0.7,
    "names only": -0.5,
    "items with labels": -0.9,
    "items with code": -1.0,
    "a list of tasks": -0.8,
    "nothing introduces it": 0.5,
    "nothing announces it": 0.2,
    "introduced by a colon": -1.5,
    "the line before runs into it": -0.8,
    "a numbered list": -0.6,
    "only a few items": -0.4,
    "a list in a finished post": -0.8,
    "a plan of the post": 2.2,
    "the draft ends here": 0.5,
    "the draft is an outline": 0.8,
    "a section of links or sources": -1.6,
    "a sentence cut off above": 1.2,
    "an empty item": 0.6,
    "an empty item inside": 0.9,
    "a value is missing": 0.6,
    "a row with nothing told": 0.3,
    "an empty code block": 0.9,
    "only a marker in the code block": 1.2,
    "many short lines": -1.2,
    "a long run of them": 0.7,
    "indented like an outline": 0.9,
    # --- the whole draft ---
    "the post is marked as a draft": 0.5,
    "the post is marked as finished": -0.5,
    "other places are unfinished": 0.6,
}


def confidence(signals: Iterable[str], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return how sure the signals make it that a place is a gap, from 0 to 1."""
    return 1.0 / (1.0 + math.exp(-sum(weights[signal] for signal in signals)))


def why(signals: Iterable[str], weights: Mapping[str, float] = WEIGHTS) -> str:
    """Return the two strongest signals in favour, as a few words for the author."""
    for_it = sorted(
        {signal for signal in signals if weights[signal] > 0}, key=lambda signal: (-weights[signal], signal)
    )
    return ", ".join(for_it[:2]) or next(iter(signals), "")
