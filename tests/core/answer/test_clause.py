"""An answer for the middle of a sentence becomes a part of it, or is refused."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.answer.reasons import Fault
from assistant.core.types import Reply

PHRASES = load_lists().patterns
OWN = "The lamp stood at the window, and on Sundays Maren lit it. A rope hung by the door, and blankets too."


@pytest.mark.parametrize(
    ("before", "after", "brackets", "answer", "text"),
    [
        ("We took the lamp down", "and nobody saw it.", "()", "since it smoked", "(since it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "()", "(Since it smoked.)", "(since it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "", "Since it smoked.", "since it smoked"),
        ("We took the lamp down", "and nobody saw it.", "", "It smoked a lot.", ""),
        ("We took the lamp down", "and nobody saw it.", "()", "It smoked a lot.", "(it smoked a lot)"),
        ("We took the lamp down", "and nobody saw it.", "()", "It smoked. We coughed.", "(it smoked)"),
        ("We took the lamp down", "and nobody saw it.", "", "It smoked. We coughed.", ""),
        ("We took the lamp down", "and nobody saw it.", "", "(it smoked)", "(it smoked)"),
        ("We took it down because", ", so it was dark.", "", "because it smoked,", "it smoked"),
        ("It was lit by", "every week.", "", "Maren and a friend", "Maren and a friend"),
        ("It was lit by", "every week.", "", "Blankets and ropes", "blankets and ropes"),
        ("It was lit by", "every week.", "", "Kirsten and a friend", ""),
        ("It was lit", "and left alone.", "", "It was lit at dusk and left alone.", "at dusk"),
        ("It was lit", "and left alone.", "", "at dusk, and left", "at dusk,"),
        ("It was lit", "and left alone.", "", "and", ""),
        ("", "and then we left.", "", "we blew it out", "We blew it out"),
        ("We left", "", "", "at six in the evening.", "at six in the evening."),
        ("We left", ".", "", "Why did we leave?", ""),
        ("Die Lampe kam", ", dann das Seil.", "()", "Anfang Mai.", "(Anfang Mai)"),
        ("Die Lampe hing", "am Haken.", "", "as far as anybody knew", Fault.LANGUAGE),
        ("Die Lampe hing", "am Haken.", "", "Weil es dunkel war", "weil es dunkel war"),
        ("夜になると", "、本を読みます。", "（）", "(ランプをともして)。", "（ランプをともして）"),
        ("夜になると", "、本を読みます。", "", "ランプをともします。", ""),
    ],
)
def test_an_answer_becomes_part_of_the_sentence(
    before: str, after: str, brackets: str, answer: str, text: str
) -> None:
    """No capital but a name's, no stop, no second sentence; brackets stay, and the author's words go."""
    expected = Expected(
        sentence=(before, after),
        before=before,
        brackets=brackets,
        goes_on=bool(before),
        inline=True,
        language="de" if before.startswith("Die") else "",
        examples=(OWN,) if before.isascii() and not before.startswith("Die") else (),
        phrases=PHRASES,
        least_words=1,
        most_words=15,
    )
    found = clean(Reply(answer, "m"), expected=expected)
    refused = text if text in list(Fault) else "" if text else Fault.UNFIT
    assert (found.text, found.reason) == ("" if refused else text, refused)
