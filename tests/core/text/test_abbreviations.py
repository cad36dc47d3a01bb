"""A stop at an abbreviation ends a sentence, ends none, or may do both."""

from __future__ import annotations

from functools import partial

import pytest
from calls import calls

from assistant.core.text.sentences import sentence_spans, sentences


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Bring oars, tar, etc. Sails are here."),
        ("en", "So said Berg et al. Others did not."),
        ("de", "Nimm Ruder, Segel usw. Teer ist da."),
        ("de", "Nimm Ruder o. Ä. Teer ist da."),
        ("fr", "Prends les rames, etc. Le goudron est là."),
        ("es", "Lleva remos, etc. La brea está aquí."),
        ("it", "Prendi remi, ecc. La pece è qui."),
        ("nl", "Neem riemen, enz. Teer is er al."),
        ("pt", "Leva remos, etc. O breu está aqui."),
        ("ru", "Возьми вёсла и т. д. Смола здесь."),
        ("", "Nimm Ruder, Segel usw. Teer ist da."),
        ("de", "Es wog 10 kg. Teer war da."),
        ("en", "We had plan B. Then we left."),
        ("pl", "To jest css-a. Potem poszli."),
        ("en", "Ask the man. Then go."),
        ("en", "We left on the 20. Then Ida came."),
        ("fr", "C’est l’une des 20. Puis Ida vint."),
        ("en", "It ended with World War II. Then we left."),
    ],
)
def test_what_ends_a_list_ends_a_sentence(language: str, text: str) -> None:
    """So does the stop of a unit, which is none of an abbreviation, and of a word."""
    assert len(sentences(text, language)) == 2
    assert len(sentence_spans(text, language, at_unclear=True)) == 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Es kam von der Fa. Berg."),
        ("de", "Das zeigt Abb. Drei, vgl. Kap. Zwei."),
        ("de", "Wir nahmen z. B. Teer."),
        ("es", "Se lee del molino, cf. el plano."),
        ("pt", "Fala do moinho, cf. a planta, e do mar."),
        ("en", "We went from Mt. Low to Ft. Roe."),
        ("de", "Am 3. Mai, im 19. Jahrhundert und am Montag, 4. Mai, kam Ida zum 2. Mal."),
        ("de", "Die Orgel v. Hr. Kunze und die v. Fr. Lang."),
        ("fr", "Il parle de M. Berg et de Mme. Roux."),
        ("it", "Si vede a pag. Due."),
        ("nl", "Ze kwam van mevr. Smit."),
        ("pt", "Veio da D. Maria."),
        ("ru", "Шли на ул. Садовую, т. е. Центр."),
        ("en", "She read T. S. Eliot to Dr. Berg."),
        ("it", "Venne nel 40 a.C. dal mare."),
        ("en", "Say more zum 20. Jahrhundert and the II. Weltkrieg."),
        ("fr", "Il parle am 5. Mai et des 1,5 Mio. Euro."),
        ("en", "The rope, vgl. Bd. Drei, was wet."),
        ("pt", "Veio em 300 a.C. do mar, no séc. III."),
        ("en", "Read Vol. I and see Fig. A of it."),
        ("en", "We saw St. Ives and Dr. De Roo."),
    ],
)
def test_what_leads_to_a_name_ends_none(language: str, text: str) -> None:
    """Nor does it where what is unclear ends sentences."""
    assert sentences(text, language) == [text]
    assert len(sentence_spans(text, language, at_unclear=True)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We saw the U.S. Navy went home."),
        ("de", "Sie ging zur Bergstr. Ida kam mit."),
        ("de", "Er sah Bgm. Berg kam mit."),
        ("de", "Wir nahmen Ruder u. a. Teer war da."),
        ("es", "Fue a EE. UU. Luego volvió."),
        ("es", "Fue en 40 a. C. Luego volvió."),
        ("it", "Era il 40 a.C. Ida venne."),
        ("pt", "Foi em 300 d.C. Ida veio."),
        ("de", "Es war 40 v. Chr. Ida kam."),
        ("de", "Man sieht den Turm auf S. 40. Im Mai war er fertig."),
        ("de", "Es steht in Kapitel 3. Boote waren teuer."),
        ("de", "Es war gegen 9. Die Boote kamen."),
        ("fr", "Le plan B. Puis il part."),
        ("en", "Read vol. Three is missing."),
        ("en", "Read vol. 2 of the set."),
        ("en", "It rang at approx. 2 and at 7."),
        ("fr", "On va au n. 7 de la rue."),
        ("en", "We had a flat on Elm St. The stairs were steep."),
        ("en", "We bought bread at 12 Well St. Ben ate it."),
        ("en", "She wrote to Tom Reed Sr. Nobody knew why."),
        ("en", "So spoke the Rev. He was old."),
        ("de", "Es gehörte Hr. Dann zog er fort."),
        ("fr", "On écrit à Mme. La porte est bleue."),
        ("es", "Es la casa de la Sra. El techo es nuevo."),
        ("pt", "Fica na Av. O porto é perto."),
        ("it", "Ne parla il dott. Poi tace."),
        ("nl", "Het is nr. De deur is dicht."),
        ("ru", "Он живёт на ул. Потом уехал."),
    ],
)
def test_what_may_do_both_is_said_to_be_unclear(language: str, text: str) -> None:
    """It ends a sentence only where that is asked for."""
    assert sentences(text, language) == [text]
    assert len(sentence_spans(text, language, at_unclear=True)) == 2


def test_in_brackets_an_abbreviation_ends_nothing() -> None:
    """What is dropped or marked later would leave half of a pair."""
    text = "(Ruder usw. Teer war da.) „Segel usw. Teer war da.“"
    assert not any(sentence.startswith("Teer") for sentence in sentences(text, "de"))


def test_a_bracket_that_never_closes_is_read_in_time() -> None:
    small, large = (
        calls(partial(sentence_spans, "(" + "tar, etc. Oars, U.S. " * count, "en", at_unclear=True))
        for count in (600, 4800)
    )
    assert large < 10 * small
