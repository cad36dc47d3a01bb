"""What a chat model says around a text goes, in every language; what only looks like it stays."""
# ruff: noqa: E501

from __future__ import annotations

from itertools import zip_longest

import pytest
from cases import CASES

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.answer.reasons import Fault
from assistant.core.types import Answer, Reply

PHRASES = load_lists().patterns
TEXTS = {
    "en": "The lamp in the hall has burned since my aunt moved in, and nobody asks who pays. I read below it.",
    "de": "Die Lampe im Flur brennt, seit meine Tante hier wohnt, und niemand fragt danach. Ich lese darunter.",
    "fr": "La lampe du couloir brûle depuis que ma tante habite ici, et personne ne dit rien. Je lis dessous.",
    "es": "La lámpara del pasillo arde desde que llegó mi tía, y nadie pregunta quién la paga. Yo leo debajo.",
    "it": "La lampada del corridoio è accesa da quando vive qui mia zia, e nessuno chiede nulla. Io leggo lì.",
    "pt": "A lâmpada do corredor está acesa desde que a tia chegou, e ninguém pergunta nada. Eu leio ali debaixo.",
    "nl": "De lamp in de gang brandt sinds mijn tante hier woont, en niemand vraagt iets. Ik lees eronder.",
    "ru": "Лампа в коридоре горит с тех пор, как приехала тётя, и никто ни о чём не спрашивает. Я читаю под ней.",
    "zh": "走廊里的灯从姑姑搬来那天起就一直亮着，从来没有人问过电费是谁付的。夜里我坐在灯下看书。",
    "ja": "廊下の灯りは叔母が越してきた日からついていて、誰が払うのか聞く人はいません。私はその下で本を読みます。",
    "ko": "복도의 등은 고모가 이사 온 날부터 켜져 있었고 아무도 묻지 않았다. 나는 그 아래에서 책을 읽는다.",
}


def cleaned(text: str, language: str, **expected: object) -> Answer:
    given = {"language": language, "phrases": PHRASES, "examples": (TEXTS[language][::-1],), **expected}
    return clean(Reply(text, "m"), expected=Expected(least_words=5, **given))  # type: ignore[arg-type]


LABELS = {
    "en": (
        "✍️ **Draft:**",
        "**Text for the section:**",
        "Final text:",
        "Completed bullet:",
        "Replacement text:",
        "[Draft]",
        "**The completed section**:",
        "Idea:",
        "**Suggestion**:",
    ),
    "de": (
        "**Fließtext:**",
        "**Text für den Abschnitt:**",
        "Überarbeitet:",
        "[Abschnitt]",
        "Der fertige Stichpunkt:",
        "Vorschlag:",
    ),
    "fr": ("**Corps de la section :**", "**Texte de la section :**", "**Section rédigée :**"),
    "es": ("**Párrafo completo:**", "[Sección]", "Punto completado:"),
    "it": ("Testo della sezione:", "**Versione finale:**"),
    "pt": ("**Trecho revisado:**", "Versão final:"),
    "nl": ("**Tekst van de sectie:**", "Definitieve versie:"),
    "ru": ("**Текст абзаца:**", "Итоговый вариант:"),
    "zh": ("改写后的版本：", "【段落】", "**段落正文：**"),
    "ja": ("修正後の文章：", "【文章】", "〔段落〕"),
    "ko": ("**수정된 단락:**", "[단락]", "최종본:"),
}


@pytest.mark.parametrize("language", LABELS)
def test_a_line_that_only_names_the_text_goes(language: str) -> None:
    """All its words are such as name a text; where it leads to a quote, or has a fellow, it stays."""
    for label in LABELS[language]:
        for gap in ("\n", "\n\n"):
            assert cleaned(f"{label}{gap}{TEXTS[language]}", language).text == TEXTS[language]


@pytest.mark.parametrize(
    ("language", "line", "goes"),
    [
        ("en", "Here is a suggestion for this part:", True),
        ("en", "Here is the hook for this lamp:", False),
        ("es", "Este es el punto completado:", True),
        ("es", "Este es el punto de luz:", False),
        ("pt", "Aqui está uma sugestão para esta parte:", True),
        ("pt", "Aqui está o gancho para esta lâmpada:", False),
        ("ko", "TODO를 대체할 문장입니다:", True),
        ("ko", "등을 대신할 초입니다:", False),
    ],
)
def test_a_line_that_hands_over_a_text_for_a_place_goes(language: str, line: str, goes: bool) -> None:
    text = cleaned(f"{line}\n\n{TEXTS[language]}", language, inline=line.startswith("Este")).text
    assert text == TEXTS[language] or (not goes and text.startswith(line[:-1]))
    assert goes is (text == TEXTS[language])


@pytest.mark.parametrize(
    "text",
    [
        f"**The last section of the road**\n\n{TEXTS['en']}",
        f"**First draft:**\n\nIt hung too low for my aunt.\n\n**Final draft:**\n\n{TEXTS['en']}",
        f"The text:\n\n> Do not touch.\n\n{TEXTS['en']}",
        f"Option 1: a hook in the beam, which my aunt liked.\n\nOption 2: a chain.\n\n{TEXTS['en']}",
        f"We argued about two ways.\n\nOption 1: a hook, which my aunt liked.\n\nOption 2: a chain.\n\n{TEXTS['en']}",
    ],
)
def test_a_text_on_texts_and_options_is_whole(text: str) -> None:
    assert cleaned(text, "en", own_headings=("Two options for the lamp",)).text == text


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "[Option A]", "[Option B]"),
        ("en", "1️⃣ First option:", "2️⃣ Second option:"),
        ("de", "**1. Variante:**", "**2. Variante:**"),
        ("de", "Hier sind zwei Fassungen:\n\nFassung 1:", "Fassung 2:"),
        ("fr", "Première version :", "Deuxième version :"),
        ("es", "Primera opción:", "Segunda opción:"),
        ("ru", "Первый вариант:", "Второй вариант:"),
        ("zh", "【方案一】", "【方案二】"),
        ("ja", "第1案", "第2案"),
        ("ja", "パターンA：", "パターンB："),
        ("ko", "첫 번째 버전:", "두 번째 버전:"),
    ],
)
def test_of_several_texts_the_first_is_taken(language: str, first: str, second: str) -> None:
    text = TEXTS[language]
    assert cleaned(f"{first}\n\n{text}\n\n{second}\n\n{text[::-1]}", language, examples=()).text == text


@pytest.mark.parametrize(
    ("language", "form"),
    [
        ("en", "Sure! Here are two options:\n\n1. {}\n\n2. {}"),
        ("en", "Here are three versions to choose from:\n\n**1.** {}\n\n**2.** {}\n\n**3.** {}"),
        ("en", "Here are two drafts:\n\n**1. Plain**\n\n{}\n\n**2. Warm**\n\n{}"),
        ("de", "Hier sind zwei Varianten:\n1. {}\n2. {}"),
    ],
)
def test_of_several_texts_with_numbers_the_first_is_taken(language: str, form: str) -> None:
    text = TEXTS[language]
    assert cleaned(form.replace("{}", text), language, examples=()).text == text


@pytest.mark.parametrize(
    "label", [("en", "**Version 1**"), ("en", "Option 1:"), ("es", "Opción 1:"), ("fr", "Option 1 :")]
)
def test_the_name_of_an_only_option_goes(label: tuple[str, str]) -> None:
    """Where a heading or the text speaks of options, it stays."""
    text = f"{label[1]}\n\n{TEXTS[label[0]]}"
    assert cleaned(text, label[0], examples=()).text == TEXTS[label[0]]
    assert cleaned(text, label[0], examples=(), own_headings=("Version, option, opción",)).text == text


def test_who_takes_things_names_no_option() -> None:
    text = f"I take a candle with me.\n\n{TEXTS['en']}"
    assert cleaned(text, "en", examples=()).text == text


def test_two_things_to_do_below_a_line_that_calls_them_options_stay() -> None:
    one = "Take a hook. It goes into the beam above the lamp, and it holds two coats besides."
    text = f"Here are two options:\n\n1. {one}\n2. Buy a chain. Nobody needs to drill for it, but it swings."
    assert cleaned(text, "en").text == text


def test_of_two_whole_texts_to_choose_from_the_first_is_offered() -> None:
    """However unlike they are; a note says that the other was left out."""
    one = f"{TEXTS['en']} She says so every week, and I nod."
    two = (
        "My uncle came in the spring with two suitcases and a dog, and he painted the whole stair in green. "
        "Nobody had asked him to, least of all the landlord."
    )
    for mark in ("{}.", "**{}.**"):
        texts = f"{mark.format(1)} {one}\n\n{mark.format(2)} {two}"
        answer = cleaned(f"Here are two options:\n\n{texts}", "en")
        assert answer.text == one and any("left out the others" in note for note in answer.notes)


REASONED = {
    "en": "Feel free to ask me when something is unclear, because I wrote the manual.",
    "de": "Sagt mir Bescheid, wenn etwas unklar ist, denn ich habe das Handbuch geschrieben.",
    "fr": "N'hésitez pas à me demander si quelque chose n'est pas clair, car j'ai écrit le manuel.",
    "es": "No dudes en preguntarme si algo no está claro, porque el manual lo escribí yo.",
    "it": "Non esitare a chiedermi se qualcosa non è chiaro, perché il manuale l'ho fatto io.",
    "pt": "Não hesite em me perguntar se algo não está claro, porque fui eu quem fez o manual.",
    "nl": "Vraag het me gerust als iets niet duidelijk is, want ik heb de handleiding gemaakt.",
    "ru": "Не стесняйтесь спрашивать меня, если что-то неясно, потому что руководство писал я.",
    "zh": "有什么不清楚的尽管问我，因为手册是我编的。",
    "ja": "手引きは私が作ったものですから、分からないことがあれば気軽に聞いてください。",
    "ko": "설명서는 내가 만들었으니까, 모르는 것이 있으면 언제든지 물어보세요.",
}


@pytest.mark.parametrize("language", REASONED)
def test_an_offer_with_a_reason_of_ones_own_is_text(language: str) -> None:
    text = f"{TEXTS[language]}\n\n{REASONED[language]}"
    assert cleaned(text, language).text == text


def test_a_reason_that_speaks_of_the_text_is_a_models() -> None:
    offer = "Feel free to ask me if you want it shorter, because I can rewrite the section."
    assert cleaned(f"{TEXTS['en']}\n\n{offer}", "en").text == TEXTS["en"]


@pytest.mark.parametrize(
    "text",
    [
        "Option A: {}\n\nOption B: {}\n\nWe took the hook, since the chain would have to be cleaned.",
        "Here are the two options:\n\nOption A: {}\n\nOption B: {} I would rather have had option A.",
        "**Option A:** {}\n\n**Option B:** {}\n\nOption B costs less. The hook was there, so I took it.",
        "### Option 1\n\n{}\n\n### Option 2\n\n{}\n\nIn the end my aunt chose for us.",
    ],
)
def test_options_that_the_text_compares_stay(text: str) -> None:
    """It says which was taken, or names them again."""
    ways = (
        "a hook in the beam, which holds the lamp and two coats.",
        "a chain, which swings when it storms.",
    )
    text = text.replace("{}", ways[0], 1).replace("{}", ways[1])
    assert cleaned(text, "en").text == text


STORIES = {
    "en": "I'm sorry that I sold the boat. I can't help laughing when I think of it. We had it for ten years, and it leaked all the time.",
    "de": "Es tut mir leid um das Boot. Ich kann mir nicht erklären, warum es sank. Zehn Jahre lang lag es vor dem Haus am Fluss.",
    "fr": "Je suis désolé pour le bateau. Je ne peux pas dire que je l'ai bien soigné. Il a passé dix ans devant la maison.",
    "es": "Lo siento por el barco. No puedo mirarlo sin pensar en mi padre. Pasó diez años delante de la casa, junto al río.",
    "it": "Mi dispiace per la barca. Non posso guardarla senza pensare a mio padre. È rimasta dieci anni davanti alla casa.",
    "ru": "Простите, если это звучит странно. Я не могу смотреть на лодку без смеха. Десять лет она стояла перед домом у реки.",
    "ja": "舟には申し訳ないと思います。一人では漕ぐこともできませんでした。十年のあいだ、川沿いの家の前につないでありました。",
}


@pytest.mark.parametrize("language", STORIES)
def test_a_story_may_be_sorry(language: str) -> None:
    """Only who speaks of a text, of help or of details declines to write."""
    assert cleaned(STORIES[language], language, examples=()).text == STORIES[language]


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "I'm sorry, but I can't write about a lamp that I have never seen."),
        (
            "en",
            "I'm sorry. I can't help with the story of that lamp, because nobody but you knows what happened on the night it went out.",
        ),
        (
            "de",
            "Es tut mir leid, aber ich kann dir bei der Lampe nicht helfen, weil ich nicht weiß, wann sie damals im Flur erloschen ist.",
        ),
        (
            "fr",
            "Désolé, je ne peux pas vous aider à raconter cette nuit, car j'ignore quand la lampe du couloir s'est éteinte ce soir-là.",
        ),
        (
            "es",
            "Lo siento, pero no puedo ayudarte a contar esa noche, porque no sé cuándo se apagó la lámpara del pasillo ni quién estaba.",
        ),
        (
            "it",
            "Mi dispiace, ma non posso aiutarti a raccontare quella notte, perché non so quando la lampada del corridoio si è spenta.",
        ),
        (
            "pt",
            "Desculpe, mas não posso ajudar a contar essa noite, porque não sei quando a lâmpada do corredor se apagou nem quem estava lá.",
        ),
        (
            "nl",
            "Het spijt me, maar ik kan je niet helpen met die avond, omdat ik niet weet wanneer de lamp in de gang uit is gegaan.",
        ),
        (
            "ru",
            "Извините, но я не могу помочь рассказать о той ночи, потому что не знаю, когда в коридоре погасла лампа и кто там был.",
        ),
        (
            "zh",
            "很抱歉，我不知道那盏灯是哪天晚上灭的，也不知道当时走廊里有谁在场，所以无法帮助您讲述这件事，请谅解。",
        ),
        ("de", "Leider kann ich diesen Abschnitt nicht schreiben, da mir die Angaben dazu fehlen."),
        ("fr", "Désolé, je ne peux pas rédiger ce passage sans plus de détails de votre part."),
        ("it", "Mi dispiace, ma non posso scrivere questa sezione senza altre informazioni."),
        ("ja", "申し訳ありませんが、情報が足りないため、この文章を書くことができません。"),
        ("ko", "죄송하지만 정보가 부족하여 이 글을 작성할 수 없습니다."),
        ("zh", "很抱歉，由于缺乏相关信息，我无法撰写这一部分内容。"),
    ],
)
def test_a_refusal_is_none_of_it(language: str, answer: str) -> None:
    assert cleaned(answer, language).reason == Fault.DECLINED


@pytest.mark.parametrize("language", TEXTS)
def test_who_asks_for_material_to_write_of_declines(language: str) -> None:
    """An author may speak of writing, and ask for things, and lack some."""
    asked = [line.replace("\\n", "\n") for code, line in lines("refusals") if code == language]
    assert [line for line in asked if cleaned(line, language).reason != Fault.DECLINED] == []
    own = [line for code, line in lines("own_requests") if code == language]
    assert [line for line in own if cleaned(line, language).text != line] == []
    below = [cleaned(f"{TEXTS[language]}\n\n{line}", language).text for line in asked]
    assert [text for text in below if TEXTS[language] not in text] == []


@pytest.mark.parametrize("language", TEXTS)
def test_only_who_says_i_am_a_model_declines(language: str) -> None:
    """An author may write of models, work with them or be an assistant."""
    for code, line in lines("ai"):
        if code == language:
            assert cleaned(f"{line}\n\n{TEXTS[code]}", code).reason == Fault.DECLINED
    for code, line in lines("own_ai"):
        if code == language:
            assert cleaned(f"{line} {TEXTS[code]}", code).text == f"{line} {TEXTS[code]}"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "{}\n\n“Let me know if you need anything else,” she said, and shut the door."),
        ("en", "{} “Let me know if you'd like the text shorter. I can cut it,” she wrote."),
        ("en", "I'm sorry, she said. I can't help you with that form. So I went home and wrote my own."),
        ("de", "{}\n\n„Sag mir Bescheid, wenn der Text kürzer werden soll“, schrieb sie."),
        ("de", "Tut mir leid, sagte er. Ich kann Ihnen bei dem Formular nicht helfen. Also ging ich heim."),
        ("fr", "{}\n\n« Dites-moi si le texte doit être plus court », écrivit-elle."),
        ("fr", "Désolé, dit-il. Je ne peux pas vous aider pour cette demande. Je suis rentré chez moi."),
        ("es", "{}\n\n—Dime si quieres que acorte el texto —dijo ella."),
        ("es", "—Lo siento —dijo la mujer de la ventanilla—. No puedo ayudarte con ese texto. {}"),
        ("es", "Lo siento, me dijo la mujer. No puedo ayudarte con esa solicitud. Así que volví a casa."),
        ("ru", "{}\n\n— Скажите, если текст нужно сократить, — написала она."),
        ("ja", "{}\n\n「短くしたい場合はお知らせください」と叔母は書いていた。"),
        ("ja", "申し訳ありませんが、お手伝いできませんと言われた。私は家に帰って自分で書いた。"),
    ],
)
def test_what_somebody_is_told_to_have_said_is_no_talk(language: str, told: str) -> None:
    text = told.replace("{}", TEXTS[language])
    assert cleaned(text, language).text == text


@pytest.mark.parametrize(
    "log",
    [
        "This is all that it wrote:\n\nUser: Describe the lamp.\nAssistant: I'm sorry, but I can't see it.\n\n{}",
        "This is all we said:\n\nUser: Is it on?\n\nAssistant: Let me know if you need more details about the lamp.",
        "**User:** Is the lamp on, after all these years?\n\n**Assistant:** It is. Do you want a shorter answer?",
        "User: Is the lamp on, after all these years in the hall?\nAssistant: I can't see it, but I hope it is.\n\n{}",
        "{}\n\n```\nUser: Is the lamp on?\nAssistant: It is.\n```",
    ],
)
def test_a_chat_that_the_text_shows_stays(log: str) -> None:
    text = log.replace("{}", TEXTS["en"])
    assert cleaned(text, "en").text == text


def test_a_request_told_again_is_no_chat() -> None:
    answer = f"User: Write on the lamp.\nAssistant: {TEXTS['en']}\nUser: Write the next."
    assert cleaned(answer, "en", request=("", "Write on the lamp.")).text != answer
    assert cleaned(f"{TEXTS['en']}\n\nUser: And the next?\nAssistant: No.", "en").text == TEXTS["en"]


def test_chinese_in_the_other_characters_is_refused() -> None:
    """In both directions; a word in a quotation is fine."""
    other = "走廊裡的燈從姑姑搬來那天起就一直亮著，從來沒有人問過電費是誰付的。夜裡我坐在燈下看書。"
    assert (
        cleaned(other, "zh").reason
        == cleaned(TEXTS["zh"], "zh", examples=(other[::-1],)).reason
        == Fault.LANGUAGE
    )
    quoted = f"墙上写着“靜坐”两个字。{TEXTS['zh']}"
    assert cleaned(quoted, "zh").text == quoted


def lines(name: str) -> list[tuple[str, str]]:
    """Return the lines of a file in `tests/cases/talk`, each with its language."""
    text = (CASES / "talk" / f"{name}.txt").read_text("utf-8")
    return [(line[:2], line[4:]) for line in text.splitlines()]


@pytest.mark.parametrize("language", TEXTS)
def test_openings_and_closings_go(language: str) -> None:
    """In every language the program knows."""
    text = TEXTS[language]
    left = [
        line
        for code, line in lines("openings")
        if code == language and cleaned(f"{line}\n\n{text}", code).text != text
    ]
    left += [
        line
        for code, line in lines("closings")
        if code == language and cleaned(f"{text}\n\n{line}", code).text != text
    ]
    assert not left


@pytest.mark.parametrize("language", TEXTS)
def test_an_authors_first_and_last_words_stay(language: str) -> None:
    """Also where they speak of a text, its tone or its versions."""
    firsts, lasts = (
        [line for code, line in lines(name) if code == language] for name in ("own_first", "own_last")
    )
    pairs = zip_longest(firsts, lasts, fillvalue="")
    wholes = [f"{first}\n\n{TEXTS[language]}\n\n{last}".strip() for first, last in pairs]
    assert [whole for whole in wholes if cleaned(whole, language).text != whole] == []


AGREED = {
    "en": ("Sure!", "Of course!", "No problem!"),
    "de": ("Gerne!", "Na klar!", "Selbstverständlich!"),
    "fr": ("Bien sûr !", "Avec plaisir !"),
    "es": ("¡Claro!", "¡Por supuesto!"),
    "it": ("Certo!", "Volentieri!"),
    "pt": ("Claro!", "Com certeza!"),
    "nl": ("Natuurlijk!", "Graag!"),
    "ru": ("Конечно!", "С удовольствием!"),
    "zh": ("好的！", "没问题！"),
    "ja": ("承知しました。", "もちろんです！"),
    "ko": ("네!", "물론입니다!"),
}


@pytest.mark.parametrize("language", AGREED)
def test_agreement_on_the_line_of_the_text_goes(language: str) -> None:
    """It stays where it answers a question of the draft's, is told of somebody, or the author exclaims."""
    text = TEXTS[language]
    for agreed in AGREED[language]:
        whole = f"{agreed} {text}"
        assert cleaned(whole, language).text == text
        assert cleaned(whole, language, own_headings=("Lamp?",)).text == whole
        assert cleaned(whole, language, examples=(f"{text[::-1]} Oh!",)).text == whole
    for own in ("Sure! That is what she said every time.", "Sure! said my aunt.", "Great! It burns again."):
        assert cleaned(f"{own} {TEXTS['en']}", "en").text == f"{own} {TEXTS['en']}"


@pytest.mark.parametrize(
    "thought",
    [
        "Here is my thought process:\nThe text is on a lamp.\n\nHere is my response:\n",
        "<antThinking>A lamp, and no end.</antThinking>\n\n",
        "&lt;think&gt;A lamp.&lt;/think&gt;\n\n",
        "```reasoning\nA lamp, a hall, an aunt.\n```\n\n",
    ],
)
def test_thoughts_in_other_marks_go(thought: str) -> None:
    assert cleaned(thought + TEXTS["en"], "en").text == TEXTS["en"]


def test_a_name_of_the_text_in_bold_before_it_goes() -> None:
    """A name of anything else stays."""
    assert cleaned(f"**Texto de la sección:** {TEXTS['es']}", "es").text == TEXTS["es"]
    assert cleaned(f"**Text of the section**: {TEXTS['en']}", "en").text == TEXTS["en"]
    assert cleaned(f"**The lamp:** {TEXTS['en']}", "en").text == f"**The lamp:** {TEXTS['en']}"


def test_a_verb_of_saying_in_the_authors_text_makes_no_refusal_of_one_in_the_answer() -> None:
    told = f"К сожалению, я не могу помочь, сказал сторож. А потом помог. {TEXTS['ru']}"
    assert cleaned(told, "ru", examples=("Сторож сказал, что зима была долгой.",)).text == told


def test_who_says_you_to_readers_may_say_it_at_the_end() -> None:
    """Of a last sentence to somebody on a text, only a post without readers in it tells that a model says it."""
    text = f"{TEXTS['en']}\n\nYou would never guess how long this article took to write."
    assert cleaned(text, "en", examples=("You can see the lamp from the street.",)).text == text


@pytest.mark.parametrize(
    ("language", "own", "closing"),
    [
        ("en", "The bread is done.\n\nHope this helps!", "I hope this helps, and happy baking!"),
        (
            "en",
            "It is red.\n\nLet me know if the plans of it are of use to anybody.",
            "Let me know if you need anything else.",
        ),
        ("de", "Das Brot ist fertig.\n\nIch hoffe, das hilft euch.", "Ich hoffe, das hilft beim Backen."),
        (
            "fr",
            "Voilà.\n\nN'hésitez pas à me dire ce que vous en pensez.",
            "N'hésitez pas à me poser vos questions.",
        ),
        ("es", "El pan está.\n\nEspero que te sirva mucho.", "Espero que te sirva, y buen pan."),
        (
            "ja",
            "パンが焼けました。\n\n何かの参考になれば幸いです。",
            "灯りを選ぶときに少しでも参考になれば幸いです。",
        ),
    ],
)
def test_who_ends_so_may_end_so_again(language: str, own: str, closing: str) -> None:
    """An offer to change the text is a model's all the same, and so is a closing that no post has."""
    text = f"{TEXTS[language]}\n\n{closing}"
    assert cleaned(text, language, examples=(own,)).text == text
    assert cleaned(text, language).text == TEXTS[language]
    offer = {"en": "Let me know if you need a shorter version.", "ja": "短い文章がよければお知らせください。"}
    if language in offer:
        whole = f"{TEXTS[language]}\n\n{offer[language]}"
        assert cleaned(whole, language, examples=(own,)).text == TEXTS[language]


ON_WRITING = {
    "en": ("Feel free to adapt the tone as you see fit.", "tone"),
    "de": ("Passe den Ton gern an deine Vorstellungen an.", "Ton"),
    "fr": ("Cela devrait s'insérer sans peine entre vos deux sections.", "sections"),
    "es": ("Puedes adaptar el tono como mejor te parezca.", "tono"),
    "it": ("Adatta pure il tono come preferisci.", "tono"),
    "nl": ("Pas de toon gerust aan zoals je wilt.", "toon"),
    "ru": ("Тон можно подправить так, как вам удобно.", "Тон"),
    "zh": ("语气可以按您的喜好再调整。", "语气"),
    "ko": ("어조는 원하시는 대로 바꾸셔도 됩니다.", "어조"),
}


@pytest.mark.parametrize("language", ON_WRITING)
def test_who_is_told_to_change_a_text_that_nobody_writes_of_is_the_author(language: str) -> None:
    """Also where the author says `you` to readers; where the post is on tones or sections, it stays."""
    closing, name = ON_WRITING[language]
    own = {"en": "You need a ladder.", "de": "Du brauchst eine Leiter.", "fr": "Il vous faut une échelle."}
    text, examples = f"{TEXTS[language]}\n\n{closing}", (own.get(language, TEXTS[language][::-1]),)
    assert cleaned(text, language, examples=examples).text == TEXTS[language]
    if language in ("en", "fr"):
        assert cleaned(text, language, examples=(*examples, f"{name}, {name}.")).text == text


NOTES = {
    "en": ("(I invented no names or facts.)", "Note: the draft says nothing of the price."),
    "de": (
        "(Keine Namen sind erfunden, auch keine Fakten.)",
        "**Hinweis:** Mehr gibt der Entwurf nicht her.",
    ),
    "fr": ("(Je n'ai inventé aucun détail.)", "Note : le brouillon n'en dit pas plus."),
    "es": ("(Sin inventar hechos ni nombres.)", "**Aviso:** el borrador no da más datos."),
    "it": ("(Non ho inventato fatti.)", "Nota: la bozza non dice altro."),
    "pt": ("(Não inventei nomes.)", "Nota: o rascunho não diz mais."),
    "nl": ("(Ik heb geen feiten verzonnen.)", "Let op: meer staat er niet in het concept."),
    "ru": ("(Я не выдумывал имён и фактов.)", "Пояснение: в черновике больше ничего нет."),
    "zh": ("（没有虚构任何细节。）", "**说明：**原稿没有提到价格。"),
    "ja": ("（事実の捏造はしておりません。）", "備考：原稿に値段の記載がありません。"),
    "ko": ("(없는 사실을 꾸며내지 않았습니다.)", "메모: 원고에 가격이 없습니다."),
}


@pytest.mark.parametrize("language", NOTES)
def test_a_note_on_the_draft_or_on_what_is_made_up_goes(language: str) -> None:
    for note in NOTES[language]:
        assert cleaned(f"{TEXTS[language]}\n\n{note}", language).text == TEXTS[language]


READERS = {
    "en": "I hope this helps. Let me know in the comments which lamp you would keep.",
    "de": "Sag mir gern in den Kommentaren, welche Lampe du hast. Ich hoffe, das hilft.",
    "fr": "N'hésitez pas à me dire en commentaire laquelle vous avez gardée.",
    "es": "Espero que te sirva. Dime en los comentarios cuál tienes.",
    "it": "Spero che vi piaccia. Fatemi sapere nei commenti quale avete.",
    "pt": "Espero que goste. Me diga nos comentários qual você tem.",
    "nl": "Laat me in de reacties weten welke lamp jij hebt.",
    "ru": "Надеюсь, это поможет. Дайте знать в комментариях, какая у вас лампа.",
    "zh": "希望对您有帮助。请在评论里告诉我您的灯。",
    "ja": "いかがでしょうか。皆さんの灯りもコメントで教えてください。",
    "ko": "도움이 되었으면 합니다. 여러분의 등도 댓글로 알려 주세요.",
}


@pytest.mark.parametrize("language", READERS)
def test_words_to_the_readers_stay(language: str) -> None:
    """Who speaks of comments or of all of you doesn't speak to the author."""
    text = f"{TEXTS[language]}\n\n{READERS[language]}"
    assert cleaned(text, language).text == text


ASKS_READERS = {
    "en": "Tell me what became of your own lamp, and who pays for it.",
    "de": "Schreib mir, welche Lampe bei dir brennt.",
    "fr": "Dites-moi laquelle vous avez gardée.",
    "es": "Cuéntame cómo es la tuya.",
    "it": "Raccontami come la tieni accesa.",
    "pt": "Me conte onde fica a sua.",
    "nl": "Vertel me waar die van jou staat.",
    "ru": "Расскажите, где горит ваша.",
    "zh": "告诉我你家的灯是什么样子。",
    "ja": "どんな灯りをお使いか教えてください。",
    "ko": "어떤 등을 쓰시는지 알려 주세요.",
}


@pytest.mark.parametrize("language", ASKS_READERS)
def test_a_question_to_readers_on_their_own_things_stays(language: str) -> None:
    text = f"{TEXTS[language]}\n\n{ASKS_READERS[language]}"
    assert cleaned(text, language).text == text


@pytest.mark.parametrize(
    ("language", "offer"),
    [
        ("en", "If you like, I can send you a picture of it."),
        ("de", "Wenn du möchtest, schicke ich dir ein Bild."),
        ("fr", "Si vous voulez, je peux vous la montrer."),
        ("es", "Si quieres, puedo mostrarte la foto."),
        ("it", "Se vuoi, posso mostrarti la foto."),
        ("pt", "Se quiser, posso mostrar a foto."),
        ("nl", "Als je wilt, kan ik je een foto sturen."),
    ],
)
def test_an_offer_of_something_else_than_a_text_stays(language: str, offer: str) -> None:
    text = f"{TEXTS[language]}\n\n{offer}"
    assert cleaned(text, language).text == text


def test_who_is_told_of_changes_by_others_asks_for_none() -> None:
    for end in (
        "When the wiring changes, I'd like a fuse to tell me before the house does.",
        "When I make it brighter, the neighbours tell me at once.",
    ):
        assert cleaned(f"{TEXTS['en']} {end}", "en").text == f"{TEXTS['en']} {end}"


def test_who_cant_help_others_may_write_of_it() -> None:
    """A refusal speaks of a text, of details or of a request."""
    text = "I can't help with lamps that nobody has ever cleaned. I'm sorry, but soot is soot, and a wick costs less than supper."
    assert cleaned(text, "en", examples=()).text == text


def test_a_story_that_is_sorry_may_go_on_to_help_nobody() -> None:
    """What is told to a lamp is no answer to a request."""
    text = "Lo siento, le digo cada noche a la vieja lámpara. No puedo ayudar a una mecha que no quiere arder. Así que leo a oscuras."
    assert cleaned(text, "es", examples=()).text == text


@pytest.mark.parametrize(
    "changes",
    [
        "### Notes on the draft\n\n- Short sentences.\n- Matches your tone.",
        "**What I changed:**\n\n- I kept the tone.\n- Shorter sentences.",
        "**Changes made:**\n- Added sensory detail\n- Kept the first person plural\n- Took out a date",
        "Why it works:\n* It keeps your voice.\n* It is short.",
    ],
)
def test_a_list_of_what_was_done_goes_with_its_lead(changes: str) -> None:
    for revises in ("", TEXTS["en"]):
        text = f"{TEXTS['en']}\n\n{changes}"
        assert cleaned(text, "en", revises=revises, most_words=60).text == TEXTS["en"]


@pytest.mark.parametrize(
    "own",
    [
        "What hangs beside it:\n\n- A map of your town, if you ask.\n- A draft of her will.",
        "Changes made:\n\n- The bulb is new.\n- The cord is longer.",
        "Her rules:\n\n1. Keep your voice down.\n2. Let her know when you leave.\n3. No matches.",
    ],
)
def test_an_authors_list_stays(own: str) -> None:
    text = f"{TEXTS['en']}\n\n{own}"
    assert cleaned(text, "en").text == text


@pytest.mark.parametrize(
    ("language", "changes"),
    [
        ("de", "**Änderungen:**\n\n- Ihren Stil habe ich übernommen.\n- Kurze Sätze."),
        ("fr", "**Modifications :**\n\n- J'ai gardé votre style.\n- Des phrases courtes."),
        ("es", "**Cambios:**\n\n- He mantenido tu estilo.\n- Frases cortas."),
        ("pt", "**Alterações:**\n\n- Respeitei o seu estilo.\n- Frases curtas."),
        ("nl", "**Wijzigingen:**\n\n- Uw stijl is gevolgd.\n- Korte zinnen."),
        ("ko", "**변경 사항:**\n\n- 글쓴이의 문체에 맞추었습니다.\n- 짧은 문장."),
    ],
)
def test_such_a_list_is_known_in_other_languages(language: str, changes: str) -> None:
    assert cleaned(f"{TEXTS[language]}\n\n{changes}", language).text == TEXTS[language]


@pytest.mark.parametrize("fences", [("```python", "```"), ("{% highlight bash %}", "{% endhighlight %}")])
def test_code_that_speaks_of_writing_a_section_has_no_first_sentence(fences: tuple[str, str]) -> None:
    """Code holds no sentences, and a text may be nothing else."""
    text = f"{fences[0]}\n# To write this section, share some notes\necho notes\n{fences[1]}"
    assert cleaned(text, "en").text == (text if fences[1] == "```" else "")


TAILS = {
    "en": (
        "58 words",
        "Words: 58",
        "**Word count:** 58",
        "*Word count: 60*",
        "Word count: 400",
        "*(Approximately 60 words)*",
        "[End of section]",
        "END_OF_TEXT",
        "<END>",
        "***THE END***",
        "*** END ***",
        "---\nEnd of draft",
    ),
    "de": ("(ca. 60 Wörter)", "Wortanzahl: 58", "Wortzahl: 58", "[Ende des Abschnitts]", "*(Ende)*"),
    "fr": (
        "(environ 60 mots)",
        "Nombre de mots : 58",
        "Mots : 58",
        "Total : 58 mots",
        "[Fin du texte]",
        "(Fin)",
        "---\nFin de la section",
    ),
    "es": ("(Número de palabras: 62)", "[Fin del texto]"),
    "it": ("(62 parole circa)", "Conteggio parole: 58", "[Numero di parole: 58]", "[Fine della sezione]"),
    "pt": ("(62 palavras)", "Contagem de palavras: 58", "[Fim da seção]"),
    "nl": ("Aantal woorden: 58", "*Woordenaantal: 58*", "(Einde van de sectie)"),
    "ru": ("(58 слов)", "Количество слов: 58", "[Конец раздела]"),
    "zh": ("字数：90", "（约90字）", "（本节完）", "（完）"),
    "ja": ("（約100字）", "（文字数：100字）", "（100文字程度）", "（終わり）", "（了）"),
    "ko": ("(약 100자)", "(공백 포함 120자)", "글자 수: 118", "[섹션 끝]", "(끝.)"),
}


@pytest.mark.parametrize("language", TAILS)
def test_a_count_of_words_or_a_mark_of_the_end_goes(language: str) -> None:
    """As a last paragraph, and in brackets or with a label behind the last sentence, which stays."""
    text = TEXTS[language]
    for tail in TAILS[language]:
        assert cleaned(f"{text}\n\n{tail}", language).text == text
        if tail[0] in "([（" or any(colon in tail for colon in ":："):
            assert cleaned(f"{text} {tail}", language).text == text


@pytest.mark.parametrize(
    "last",
    [
        "She wrote 58 words",
        "(The end of the road.)",
        "The End",
        "500 words",
        "Most of it: 58 words",
        "[AUNT]",
    ],
)
def test_a_last_paragraph_that_holds_more_than_a_count_or_an_end_stays(last: str) -> None:
    """So does a count of other words, or where the author's own posts end in one, and a word of the text's."""
    text = TEXTS["en"].replace("my aunt", "AUNT")
    assert cleaned(f"{text}\n\n{last}", "en").text == f"{text}\n\n{last}"
    counted = f"{TEXTS['en']}\n\n(58 words)"
    assert cleaned(counted, "en", examples=("I have a boat.\n\n(341 words)",)).text == counted


SHORT_NOTES = {
    "en": "veil",
    "de": "Hut und Schleier",
    "fr": "les gants",
    "es": "velo",
    "ru": "вуаль",
    "zh": "手套",
    "ko": "장갑",
}


@pytest.mark.parametrize("language", SHORT_NOTES)
@pytest.mark.parametrize("form", ["{}\n", "{}\n\n", "~~{}~~\n\n", "> {}\n\n", "- {}\n\n  "])
def test_the_note_above_the_text_goes_and_the_first_sentence_stays(language: str, form: str) -> None:
    text, name = TEXTS[language], SHORT_NOTES[language]
    note = f"TODO: {name}"
    for above in (note, name):
        given = cleaned(form.format(above) + text, language, note=note, marker="TODO")
        assert given.text == text
        assert not any("half a sentence" in told for told in given.notes)


@pytest.mark.parametrize(
    "text",
    [
        "What we took\n\n- The old lamp of my aunt, and no oil.\n- A map that nobody had looked at.",
        "What we took\nwas a lamp of my aunt, and no oil. I read below it.",
        "What we took. Nobody asked before we left, and I read below the lamp.",
        "TODO: what we took\n\nTODO: who pays for the lamp, and what I read below it.",
    ],
)
def test_words_of_the_note_that_the_text_needs_stay(text: str) -> None:
    assert cleaned(text, "en", note="TODO: what we took", marker="TODO").text.startswith(text[:20])


@pytest.mark.parametrize(
    ("language", "above"),
    [
        ("en", "Here is the section:"),
        ("de", "Hier ist der Abschnitt:"),
        ("fr", "Voici le texte :"),
        ("it", "Ecco il testo:"),
        ("ru", "Вот текст:"),
        ("zh", "以下是内容："),
        ("ja", "以下が本文です："),
    ],
)
def test_words_to_the_user_above_a_quote_of_the_text_go_with_its_marks(language: str, above: str) -> None:
    """They stay where the author quotes, and so do words that lead to somebody's."""
    text = TEXTS[language]
    for quoted in (text, f"{text}\n>\n> {text[::-1]}"):
        given = cleaned(f"{above}\n\n> {quoted}", language)
        assert given.text.startswith(text) and ">" not in given.text
    own = cleaned(f"{above}\n\n> {text}", language, examples=("> I have a boat.\n\nSo he said.",)).text
    assert own.endswith(f"> {text}")
    told = f"{text}\n\n> {text[::-1]}"
    assert cleaned(told, language, examples=()).text.startswith(f"{text}\n\n>")


def test_who_speaks_to_readers_may_ask_what_they_think() -> None:
    text = f"{TEXTS['en']}\n\nWhat do you think?"
    assert cleaned(text, "en", examples=("When you see a lamp, leave it on.",)).text == text
    said = f"{TEXTS['en']}\n\n“What do you think?”"
    assert cleaned(said, "en").text == said


@pytest.mark.parametrize(
    "text",
    [
        "Try this: put the lamp on the floor and read below it. Nobody asks who pays.",
        "You could write:\n\n- a letter to your aunt about the lamp\n- a list of all that it costs",
        "Here's what I came up with in the end: a lamp of my aunt, and no oil at all.",
    ],
)
def test_a_proposal_on_the_matter_stays(text: str) -> None:
    assert cleaned(text, "en").text == text


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize(
    "above",
    [
        "<details>\n<summary>Thinking</summary>\n\nThe user wants a lamp.\n\n</details>\n\n",
        "<details>\n<summary>Gedankengang</summary>\nKurz.\n</details>\n\n",
        "<details><summary>思考過程</summary>短く。</details>\n\n",
        "<longcat_think>The user wants a lamp.</longcat_think>\n",
        "<inner_thoughts>The user wants a lamp.</inner_thoughts>\n\n",
        "<internal_monologue>Keep it short.</internal_monologue>\n",
        "<|thinking|>The user wants a lamp.<|response|>",
        "Thought for 4 seconds\n\n",
    ],
)
def test_thoughts_in_more_wrappers_go(language: str, above: str) -> None:
    assert cleaned(above + TEXTS[language], language).text == TEXTS[language]


def test_what_is_folded_by_another_name_is_no_thought() -> None:
    text = f"<details>\n<summary>The lamp</summary>\n\n{TEXTS['en']}\n\n</details>\n\n{TEXTS['en'][::-1]}"
    assert "<summary>The lamp" in cleaned(text, "en", examples=(f"<details>\n\n{TEXTS['en'][:40]}",)).text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "As an AI, I can't know the name of the boat, but here's a first draft:"),
        ("en", "As I have no details of the race, I've made some up:"),
        ("de", "Mir fehlen die Namen, daher habe ich ein paar erfunden:"),
        ("de", "Als Sprachmodell war ich nicht dabei, aber hier ist ein Text:"),
        ("fr", "Sans vos souvenirs, j’ai inventé un peu :"),
        ("es", "Como no sé los nombres, me inventé dos:"),
        ("pt", "Sem os detalhes, inventei alguns:"),
        ("it", "Senza i nomi, ne ho inventati due:"),
        ("nl", "Als AI was ik er niet bij, maar hier is een versie:"),
        ("ru", "Имён я не знаю, но вот вариант:"),
        ("zh", "我没有具体信息，但以下是一个版本："),
        ("ja", "AIのため体験はありませんが、以下が文章です："),
        ("ko", "세부 정보가 없어 지어냈습니다:"),
    ],
)
def test_a_line_that_owns_up_to_inventions_goes_and_the_text_stays(language: str, line: str) -> None:
    """It is said to the user, and no refusal."""
    text = "The tar boiled over twice, and each time the dog ran off with a brush. We let him."
    expected = Expected(phrases=PHRASES)
    assert clean(Reply(f"{line}\n\n{text}", "m"), expected=expected).text == text, language


@pytest.mark.parametrize(
    "first",
    [
        "I don't know all the details, but here is what I remember of it:",
        "The plate is worn, but here is the text of it, as far as it goes:",
        "J’ai perdu la plaque, mais voici ce que mon frère en dit :",
        "Mein Vater kennt die Namen nicht mehr, aber so war die Fahrt:",
    ],
)
def test_an_authors_line_before_what_he_knows_stays(first: str) -> None:
    text = f"{first}\n\nThe tar boiled over twice, and each time the dog ran off with a brush. We let him."
    assert clean(Reply(text, "m"), expected=Expected(phrases=PHRASES)).text == text


def test_what_only_says_that_it_cannot_is_a_refusal() -> None:
    """Words below it that can't write the text either are no text."""
    answer = "As an AI, I have no details, but here is a version:\n\nAs an AI, I can't write this section."
    assert not clean(Reply(answer, "m"), expected=Expected(phrases=PHRASES)).text


@pytest.mark.parametrize(
    "answer",
    [
        "<cot>Keep it dry.</cot>\n{}",
        "<thinking_process>Keep it dry.</thinking_process>\n{}",
        "[thinking]\nKeep it dry.\n[/thinking]\n\n{}",
        "<draft>The tar boiled.</draft>\n<final_answer>{}</final_answer>",
        "<details open>\n<summary><b>Thoughts</b></summary>\n\nKeep it dry.\n\n</details>\n\n{}",
    ],
)
def test_thoughts_in_a_tag_of_another_name_go(answer: str) -> None:
    """They are closed above the text; a tag around the whole text only goes itself."""
    text = "The tar boiled over twice, and each time the dog ran off with a brush. We let him."
    assert clean(Reply(answer.format(text), "m"), expected=Expected(phrases=PHRASES)).text == text
    whole = clean(Reply(f"<commentary>{text}</commentary>", "m"), expected=Expected(phrases=PHRASES))
    assert whole.text == text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Got it. Going on from the stairs, below the hall:"),
        ("de", "Alles klar – weiter nach der Treppe:"),
        ("fr", "Bien noté, la suite après l'escalier :"),
        ("ja", "了解です。階段の次から続けます："),
    ],
)
def test_a_line_that_leads_to_a_rule_above_all_of_the_text_is_talk(language: str, line: str) -> None:
    """What is led to is the text itself. An author who sets rules may lead to one."""
    text = TEXTS[language]
    answer = f"{line}\n\n---\n\n{text}"
    assert cleaned(answer, language).text == text
    ruled = (f"{text[::-1]}\n\n---\n\n{text[::-1]}",)
    assert line in cleaned(answer, language, examples=ruled).text
    assert line in cleaned(f"{answer}\n\n---\n\n{text}", language).text
