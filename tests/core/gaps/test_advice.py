"""What an author tells readers is written, though it opens as what he tells himself does."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

WORDS = load_words()
POSTS = {
    "en": (
        "The old rope was stiff, and it broke in the first storm of the autumn.",
        "We went home at night.",
    ),
    "de": ("Das alte Seil war steif, und es riss im ersten Sturm des Herbstes.", "Am Abend gingen wir heim."),
    "es": ("La cuerda vieja estaba rígida y se rompió en la primera tormenta.", "Volvimos a casa de noche."),
    "fr": (
        "La vieille corde était raide et a cassé dans la première tempête.",
        "Nous sommes rentrés le soir.",
    ),
    "it": ("La vecchia corda era rigida e si ruppe nella prima tempesta.", "La sera tornammo a casa."),
    "ja": ("古いロープは硬く、秋の最初の嵐で切れてしまいました。", "夕方に家へ帰りました。"),
    "ko": ("낡은 밧줄은 뻣뻣했고, 가을의 첫 폭풍에 끊어졌다.", "저녁에 우리는 집으로 돌아갔다."),
    "nl": ("Het oude touw was stijf, en het brak in de eerste storm.", "We gingen 's avonds naar huis."),
    "pt": ("A corda velha estava rígida e rompeu na primeira tempestade.", "Voltamos para casa à noite."),
    "ru": ("Старая верёвка была жёсткой и порвалась в первую же бурю.", "Вечером мы пошли домой."),
    "zh": ("旧绳子很硬，秋天第一场风暴来的时候，它就断了。", "傍晚我们回了家。"),
}


def found(code: str, line: str) -> list[str]:
    before, after = POSTS[code]
    draft = parse(f"# A\n\n{before}\n\n## {after.split()[0]}\n\n{before}\n\n{line}\n\n{after}\n".encode())
    return [draft.text(gap.span) for gap in find_gaps(draft, words=WORDS)]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("en", "Remember to wet it twice a week."),
        ("en", "Don't forget that the tide comes in fast."),
        ("en", "Remember to wet it before you tie it:\n\n```sh\npour water\n```"),
        ("en", "Need to get there early? Take the first bus."),
        ("de", "Nicht vergessen: die Leine gut nass machen!"),
        ("de", "Erklären kann ich das bis heute nicht."),
        ("es", "No olvidar cerrar la llave en invierno."),
        ("es", "Describe la vida de un pescador en la costa del norte."),
        ("es", "Hablar de dinero con los vecinos no es fácil."),
        ("es", "Añadir la sal al agua y esperar diez minutos."),
        ("fr", "Ne pas oublier de fermer le robinet."),
        ("fr", "Expliquer tout cela à ma mère m'a pris une soirée."),
        ("it", "Non dimenticare di annaffiarla due volte alla settimana."),
        ("it", "Parlare di soldi con i vicini non è facile."),
        ("ja", "忘れずに水をやってください。"),
        ("ko", "겨울에는 수도꼭지를 잠그는 것을 잊지 마세요."),
        ("nl", "Vertellen wilde hij er nooit iets over."),
        ("pt", "Falar de dinheiro com os vizinhos não é fácil."),
        ("ru", "Объяснить это маме было непросто."),
        ("ru", "Добавить соль в воду и ждать десять минут."),
        ("zh", "别忘了每周浇两次水。"),
        ("zh", "（说明一下，旧绳子是去年买的。）"),
    ],
)
def test_advice_and_statements_are_no_instructions(code: str, line: str) -> None:
    """A text in their place would take the author's sentence away."""
    assert found(code, line) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("en", "Remember to mention the price of the boat."),
        ("en", "Don't forget to add a picture of the pier."),
        ("de", "Nicht vergessen, den Preis zu erwähnen."),
        ("es", "Describir cómo era el puerto en invierno."),
        ("fr", "Expliquer pourquoi la corde a cassé."),
        ("it", "Spiegare perché la corda si è rotta."),
        ("pt", "Explicar por que a corda rompeu."),
        ("ru", "Объяснить, почему порвалась верёвка."),
        ("nl", "Uitleggen waarom het touw brak."),
        ("zh", "介绍一下港口的历史。"),
    ],
)
def test_what_is_to_be_written_still_asks(code: str, line: str) -> None:
    """A reminder to write something, and an infinitive without a verb beside it, are for the author."""
    assert found(code, line) == [line]


def test_a_line_that_asks_for_a_part_is_found_alone_below_its_heading() -> None:
    """Among other lines, `Add a picture.` may be a step for readers."""
    draft = parse(
        f"# Boat\n\n## Pier\n\nAdd a picture of the pier.\n\n## Rope\n\n{POSTS['en'][0]}\n".encode()
    )
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=WORDS)] == ["Add a picture of the pier."]


@pytest.mark.parametrize(
    ("language", "line", "is_sure"),
    [
        ("en", "Expand each of these", True),
        ("en", "Remember to expand each of these:", False),
        ("fr", "Penser à valider les points suivants :", False),
    ],
)
def test_only_what_asks_outright_for_each_point_is_sure(language: str, line: str, is_sure: bool) -> None:
    """`--yes` takes the line away with its points; what may be advice to readers waits for a review."""
    before, after = POSTS[language]
    draft = parse(f"# R\n\n{before}\n\n{line}\n\n- tar\n- rope\n\n## S\n\n{after}\n".encode())
    (gap,) = find_gaps(draft, words=WORDS)
    assert (gap.kind, gap.confidence >= SURE) == ("instruction", is_sure)
