"""A post's language is told by its own words, and else by its front matter."""

from __future__ import annotations

import pytest

from assistant.core.text import language
from assistant.core.text.draft import parse

ENGLISH = "I kept a list of what I did, and then I asked who would learn something from it in the end. " * 6
GERMAN = "Ich habe das nicht gewusst und die anderen auch nicht, denn es ist mit der Zeit so gekommen. " * 6
GREEK = "Ο καιρός ήταν καλός και πήγαμε όλοι μαζί στη θάλασσα για να δούμε τα πλοία που έφευγαν. " * 6


@pytest.mark.parametrize(
    ("lang", "text", "code"),
    [
        ("en", GERMAN, "de"),  # a theme's front matter
        ("de", "Noch nichts.", "de"),
        ("de", "Noch nichts.\n\n> " + ENGLISH + "\n\n```\n" + ENGLISH + "\n```\n", "de"),
        ("en", ENGLISH + "They call it カイゼン.", "en"),
        ("", "用 tmux 把窗口分开，再用 screen 和 mosh 保持连接，断线也不怕。", "zh"),
        ("", "Kubernetes, Prometheus, Grafana로 서비스 상태를 한눈에 봅니다.", "ko"),
        ("en", GREEK, ""),  # what it is instead is not known
        ("", ENGLISH, "en"),
        ("", "<td><a href='a'>Дрозд <i>(Turdus)</i></a> поёт у реки</td>\n" * 20, "ru"),  # tags are no words
        ("", "Short.", ""),
        ("", "Суп. Вступление дописать.", "ru"),
        ("", "Вступ дописати. Її ще немає, і місяць її не бачили.", ""),
        ("", "Вчора ми були на березі.", ""),
        ("", "Отидохме на брега и гледахме корабите.", ""),
    ],
)
def test_the_language_of_a_post(lang: str, text: str, code: str) -> None:
    """Its own words win where there are enough; quotes and code are not the author's."""
    assert language.code({"lang": lang}, text) == code


@pytest.mark.parametrize(
    ("text", "code", "fits"),
    [
        (ENGLISH, "en", True),
        (ENGLISH, "de", False),
        (GERMAN, "de", True),
        ("It is what they call ikigai (生き甲斐), and it is the thing that I get up for.", "en", True),
        ("我们用 Kubernetes、Prometheus、Grafana 和 Alertmanager 来看服务的状态。", "zh", True),
        ("これは カイゼン です。毎日少しずつ良くする、それだけのことです。", "ja", True),
        (
            "Non la voglio, la barca. No, no, no e poi no, la riva si vede bene da qui, e la sera è lunga.",
            "it",
            True,
        ),
        (ENGLISH, "zh", False),
        (ENGLISH, "ja", False),
        ("Мы используем https://example.com/kubernetes/prometheus и Kubernetes.", "ru", True),
        ("OK.", "ja", True),  # too short to tell
    ],
)
def test_whether_a_text_is_in_a_language(text: str, code: str, fits: bool) -> None:
    """Words of other scripts and languages are in most posts; it is the share that counts."""
    assert language.is_in(text, code) is fits


def test_a_draft_of_commands_has_the_language_of_its_few_words() -> None:
    """Such words don't make the language sure, but more likely than that of any other post."""
    text = (
        "mount image to master, configure jnlp port, log into the server, get keys, modify xml, "
        "download test image, install lab, check port, open firewall"
    )
    assert language.code({}, text) == ""
    assert language.likely({}, text) == "en"
    assert language.likely({}, "mount image, configure jnlp port, deploy server, get keys") == ""


@pytest.mark.parametrize(
    ("clause", "code", "fits"),
    [
        ("as the old sailors used to say", "de", False),
        ("as the old sailors used to say", "ja", False),
        ("as the old sailors used to say", "en", True),
        ("denn das Seil war alt", "en", False),
        ("puisque la corde cassait", "de", False),
        ("weil Seile reißen", "de", True),
        ("nahe der Rue de la Paix", "de", True),
        ("Rue de la Paix", "de", True),
        ("縄が古いからです", "ja", True),
        ("as the old sailors used to say", "", True),
    ],
)
def test_a_clause_is_of_the_language_of_its_sentence(clause: str, code: str, fits: bool) -> None:
    """A few words tell it by the common ones of another language; names have those, too."""
    assert language.may_stand_in(clause, code, "") is fits


def test_the_words_of_the_author_are_in_no_other_language() -> None:
    """`the` is in a German draft as well, in a band's name."""
    assert not language.may_stand_in("like the cure sang", "de", "Wir fuhren los.")
    assert language.may_stand_in("like the cure sang", "de", "Wir hörten The Cure.")


def test_a_latin_letter_within_a_russian_word_is_foreign() -> None:
    """It looks like the right one; the author's own such words are theirs."""
    own = "Мы приехали в старый город и долго искали дом у реки."
    assert language.has_foreign_script("Мы читали старыe книги.", own, "ru")
    assert not language.has_foreign_script("Мы читали старые книги про Wi-Fi.", own, "ru")
    assert not language.has_foreign_script("Мы читали старыe книги.", f"{own} Старыe дела.", "ru")


@pytest.mark.timeout(60)
def test_a_sentence_in_latin_letters_costs_no_look_at_all_posts() -> None:
    """A blog has a megabyte, and each text dozens of sentences with a dash or an accent."""
    posts = "Wir saßen – wie immer – am Fluss. " * 30_000
    assert not any(language.has_foreign_script(f"Es war spät – {at}.", posts, "de") for at in range(1000))


PUMP = "The pump starts when the tank is empty, and it is stopped by a float. " * 8


@pytest.mark.parametrize(
    ("heading", "code"),
    [("水泵", "zh"), ("ポンプの音", "ja"), ("펌프", "ko"), ("Насос", "ru"), ("Pump", "en")],
)
def test_headings_in_another_script_tell_the_language_of_a_draft_with_pasted_english(
    heading: str, code: str
) -> None:
    """What is below `水泵` was pasted, or waits to be put into Chinese."""
    text = f"# {heading}\n\n{PUMP}\n\n## {heading} 2\n\n## Pump\n"
    assert language.of_draft(parse(text.encode())) == code


def test_one_heading_in_another_script_changes_nothing() -> None:
    """A post about Chinese words is in English."""
    text = f"# Pumps\n\n{PUMP}\n\n## 水泵\n\n{PUMP}\n\n## Floats\n"
    assert language.of_draft(parse(text.encode())) == "en"
    assert language.of_draft(parse(text.encode()), "German") == "de"
