"""What a model returns becomes clean prose or is rejected."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
from cases import case_files, parts
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.answer.reasons import Fault
from assistant.core.text.words import count_words
from assistant.core.types import Reply

PHRASES, OPEN_ENDS = load_lists().patterns, load_lists().open_ends


@pytest.mark.parametrize("path", case_files("answer"), ids=lambda p: p.stem)
def test_case_is_cleaned_as_written_beside_it(path: Path) -> None:
    """The answer of a case file becomes the text, or the reason, that the file expects."""
    case = parts(path)
    heading = case.get("heading", "").strip()
    expected = Expected(
        own_headings=(heading.lstrip("# "),) if heading else (),
        outline=tuple(case.get("outline", "").split("\n")[:-1]),
        level=len(heading) - len(heading.lstrip("#")) or 2,
        stub=case.get("stub", "").strip(),
        replaces_stub="continues" in case,
        may_end="open" not in case,
        goes_on="continues" in case,
        inline="inline" in case,
        is_cell="cell" in case,
        may_have_code="prose" not in case,
        may_have_headings="plain" not in case,
        most_words=int(case.get("most", 0)),
        offered=tuple(filter(None, [case.get("offered")])),
        request=(case.get("asked", ""),),
        labels=frozenset(case.get("labels", "").split("\n")[:-1]),
        language=case.get("language", "").strip(),
        code=case.get("code", "").strip(),
        language_of=case.get("author", ""),
        examples=tuple(filter(None, [case.get("author")])),
        open_ends=OPEN_ENDS.get(case.get("language", "").strip() or "en", ()),
        phrases=PHRASES,
    )
    found = clean(Reply(case["answer"], "m", finish=case.get("finish", "stop").strip()), expected=expected)
    assert found.text == case.get("expected", "").strip()
    assert found.reason == case.get("reason", "").strip()


@given(st.text(max_size=400), st.booleans())
def test_cleaning_never_fails_and_never_adds_words(text: str, inline: bool) -> None:
    """Whatever a model returns, cleaning returns some of its characters and nothing else."""
    found = clean(
        Reply(text, "m"),
        expected=Expected(own_headings=("A",), inline=inline, stub="**B.** C d.", phrases=PHRASES),
    )
    left = list(text)
    for character in found.text:
        if not character.isspace():
            assert character in left
            left.remove(character)


def test_words_of_scripts_without_blanks_are_counted() -> None:
    """Two Chinese characters count as one word, so that lengths can be compared."""
    assert count_words("one two-three don't") == 3
    assert count_words("我每个星期都写一张清单") == 5


@pytest.mark.parametrize("rule", ["\n\n---\n\n", "\n***\n"])
def test_rules_around_talk_go_with_it(rule: str) -> None:
    """Half a sentence is not reported where none was cut off."""
    text = "The tide table hung by the door, and it was wrong. We learned to look at the water first."
    answer = f"Sure! Here is the section:{rule}{text}{rule}*Let me know if you want changes!*"
    found = clean(Reply(answer, "m"), expected=Expected(phrases=PHRASES))
    assert (found.text, found.notes) == (text, ("removed a preamble, a closing remark or a code fence",))


COPIED = (
    "The ferry had left before we reached the pier, so we ate our bread among the gulls and waited. "
    "Nobody sells tickets after six, and the man with the key lives on the other side of the water."
)


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"examples": (COPIED,)}, Fault.COPIED),
        ({"offered": (COPIED,)}, Fault.ELSEWHERE),
        ({"request": (COPIED,)}, Fault.ECHO),
        ({"language": "de"}, Fault.LANGUAGE),
    ],
    ids=["post", "other piece", "request", "language"],
)
def test_an_answer_of_which_nothing_is_left_is_rejected_for_its_true_cause(
    where: dict[str, Any], reason: Fault
) -> None:
    """The author can do something about a copy, and about a language: they are told which it is."""
    assert clean(Reply(COPIED, "m"), expected=Expected(**where)).reason == reason


def test_a_text_that_is_cut_for_a_cell_says_so() -> None:
    """Nothing was joined; a text that fits has no note, nor has one elsewhere."""
    one = "It cuts wood and nothing else, and it needs an edge on the stone each month. "
    expected = Expected(inline=True, is_cell=True, phrases=PHRASES)
    cut = clean(
        Reply(f"{one}Two of us can lift it when it is wet, and one when it is dry. {one * 2}", "m"),
        expected=expected,
    )
    assert cut.notes[-1] == "cut to fit the cell" and cut.text.endswith("month.")
    assert not clean(Reply(one, "m"), expected=expected).notes


def test_chinese_after_a_note_with_english_words_is_no_copy_of_it() -> None:
    """Words are told apart by blanks here, and the note has more of them than the text."""
    note = "看了 Why I Keep Every Lamp And You Should Keep Yours As Well 之后想写"
    text = "灯不能随便扔。我把它们都放在地下室，每年冬天拿出来擦一次。"
    answer = clean(Reply(text, "m"), expected=Expected(note=note, language="zh", phrases=PHRASES))
    assert answer.text == text


def test_a_text_that_asks_what_only_the_author_knows_may_be_short() -> None:
    expected = Expected(least_words=25, phrases=PHRASES)
    for text in ("[TK: how long were you stuck there?]", "[TK: the words of the draft]\n\n— my aunt"):
        assert clean(Reply(text, "m"), expected=expected).text == text
    for text in (
        "[TK]",
        "We were stuck. [TK: for how long?] We wrote it all down and left on Sunday evening.",
    ):
        assert clean(Reply(text, "m"), expected=expected).reason.startswith(Fault.SHORT)


def test_cleaning_takes_no_longer_for_each_word_of_a_long_line() -> None:
    """Neither where the line is all of the draft, nor where the text is to go before the rest of it."""
    line = "[TODO " * 20_000
    expected = Expected(sentence=("We came", line), draft=line, phrases=PHRASES)
    begun = process_time()
    clean(Reply("late in the evening", "m"), expected=expected)
    assert process_time() - begun < 4


@pytest.mark.parametrize(
    ("language", "text", "following"),
    [
        ("en", "The gate stood open all night, and two goats were in the beans.", "In May we sold both."),
        (
            "es",
            "La verja quedó abierta toda la noche, y había dos cabras en el huerto.",
            "En mayo vendimos las dos.",
        ),
        ("ja", "門は一晩じゅう開いていて、豆の畑には山羊が二匹いた。", "五月に二匹とも売った。"),
        ("ko", "문은 밤새 열려 있었고 콩밭에는 염소 두 마리가 있었다.", "오월에 둘 다 팔았다."),
        ("zh", "大门整夜开着，豆子地里站着两只山羊，谁也没有去赶它们。", "五月里我们把它们卖了。"),
    ],
)
def test_a_text_that_runs_on_into_the_next_section_ends_before_it(
    language: str, text: str, following: str
) -> None:
    """The draft has that sentence, however short it is; one like it, or one of two words, is the text's."""
    phrases = load_lists().patterns
    blank = "" if language in ("ja", "zh") else " "
    expected = Expected(language=language, phrases=phrases, draft=f"# A\n\n# B\n\n{following} We slept.")
    assert clean(Reply(f"{text}{blank}{following}", "m"), expected=expected).text == text
    other = f"{text}{blank}{following}{blank}{text.replace('二', '三').replace('w', 'r')}"
    assert following in clean(Reply(other, "m"), expected=expected).text
    assert clean(Reply(f"{text} We slept.", "m"), expected=expected).text == f"{text} We slept."
