"""Whatever form a model's answer takes, the text in it comes out whole, and nothing else does."""
# ruff: noqa: E501

from __future__ import annotations

import json
from functools import partial
from time import process_time

import pytest
from calls import calls

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.answer.reasons import Fault
from assistant.core.answer.sentence_ends import _is_whole, with_closed_boxes, without_lead_in
from assistant.core.types import Answer, Reply

PHRASES = load_lists().patterns
TEXT = (
    "The ferry leaves at six, and nobody on the quay says a word before it has gone.\n\n"
    "I count the gulls until the horn sounds. Then I walk back up to the house and make tea."
)
TEXTS = {
    "en": TEXT,
    "de": "Die Fähre legt um sechs ab, und am Kai sagt niemand ein Wort. Ich zähle die Möwen und gehe heim.",
    "fr": "Le bac part à six heures, et personne ne dit un mot sur le quai. Je compte les mouettes, puis je rentre.",
    "es": "El barco sale a las seis y nadie en el muelle dice una palabra. Yo cuento las gaviotas y vuelvo a casa.",
    "pt": "O barco parte às seis e ninguém no cais diz uma palavra. Eu conto as gaivotas e volto para casa.",
    "it": "Il traghetto parte alle sei e nessuno sul molo dice una parola. Conto i gabbiani e poi torno a casa.",
    "nl": "De veerboot vertrekt om zes uur en niemand op de kade zegt iets. Ik tel de meeuwen en ga naar huis.",
    "ru": "Паром уходит в шесть, и никто на причале не говорит ни слова. Я считаю чаек и иду домой пить чай.",
    "zh": "渡船六点开，码头上的人谁也不说话。我数着海鸥，等汽笛响了，再慢慢走回家去泡一壶茶。",
    "ja": "渡し船は六時に出る。岸壁では誰も口をきかない。私はかもめを数え、汽笛が鳴ってから家に帰ってお茶をいれる。",
    "ko": "배는 여섯 시에 떠나고 부두에서는 아무도 말을 하지 않는다. 나는 갈매기를 세다가 집으로 돌아와 차를 끓인다.",
}
HEADING_OF = {
    "en": "The last ferry",
    "de": "Die letzte Fähre",
    "fr": "Le dernier bac",
    "es": "El último barco",
    "pt": "O último barco",
    "it": "L'ultimo traghetto",
    "nl": "De laatste boot",
    "ru": "Последний паром",
    "zh": "末班船",
    "ja": "最後の船",
    "ko": "마지막 배",
}
HEADINGS = {
    "own_headings": ("Notes from an island", "The ferry"),
    "outline": ("The shop", "Winter"),
    "level": 2,
}


def cleaned(answer: str, **expected: object) -> Answer:
    given = {"phrases": PHRASES, **HEADINGS, **expected}
    return clean(Reply(answer, "m"), expected=Expected(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "form",
    [
        "Hm, a ferry. Keep it short.\n</think>\n\n{}",
        "<thinking>\nSix o'clock?\n\n```\n- a\n```\n</thinking>\n{}",
        "<seed:think>Let me see.</seed:think>{}",
        "◁think▷One, two.◁/think▷{}",
        "[THINK]The user wants gulls.[/THINK]{}",
        "[BEGIN SECTION]\n{}",
        "<|START_THINKING|>Gulls.<|END_THINKING|><|START_RESPONSE|>{}<|END_RESPONSE|>",
        "<|begin_of_thought|>Gulls.<|end_of_thought|>\n\n<|begin_of_solution|>\n{}\n<|end_of_solution|>",
        "<think>one</think>\n\n<think>two</think>{}",
        "<reasoning>Short.</reasoning>\n<answer>\n{}\n</answer>",
        "<|channel|>analysis<|message|>A ferry.<|end|><|start|>assistant<|channel|>commentary<|message|>Hm."
        "<|end|><|start|>assistant<|channel|>final<|message|>{}<|return|>",
        "analysisWe need a section on the ferry. Let's go.assistantfinal{}",
        "<|channel>thought\nShort, I think.<channel|>{}",
        "<|start|>assistant<|channel|>final<|message|>{}",
        "<|start|>assistant<|channel|>final <|constrain|>text<|message|>{}",
        "commentaryLet me check.assistantfinal{}",
        "<think>Gulls.</think>\n{}\n</think>",
        "Gulls. Keep it short.</think>\n\n{}</think>",
        "<think >Gulls.</think >\n{}",
        "<ctrl94>Gulls.<ctrl95>{}",
        "<internal>Gulls.</internal>\n\n{}",
        '<tool_call>{"name": "read"}</tool_call>\n{}',
        "commentary\nNo tool.analysisShort.assistantfinal{}",
        "analysisこの節は短くする。assistantfinal{}",
        "commentaryこの節は短くする。assistantfinal{}",
        "analysis\nShort, and the final ferry last.\nfinal\n{}",
        "analysisНужен раздел о пароме. Коротко.assistantfinal{}",
        '<details type="reasoning" done="true">\n<summary>Thought for 9 seconds</summary>\n> Gulls.\n</details>\n{}',
        "**Thought process:**\n\n1. A ferry, and gulls.\n2. Short.\n\n**Final version:**\n\n{}",
        "## Überlegungen\n\nEine Fähre. Kurz.\n\n## Fertiger Text:\n\n{}",
        "**Thinking:** A ferry, and gulls.\nShort.\n\n**Answer:** {}",
        "*Gedanken:* Eine Fähre.\n\n*Antwort:*\n\n{}",
        "### Thinking\n\nA ferry.\n\n### Answer\n\n{}",
        "<unused94>thought\nGulls, and tea.\n\nNo names.<unused95>{}",
        "<start_of_turn>model\n{}<end_of_turn>",
        "{}<|im_end|>\n<|im_start|>user\nThanks!",
        "{}</s>",
        "Assistant: {}",
        "GPT4 Correct Assistant: {}",
        "<|im_start|>assistant\n{}<|im_end|>",
        "<|im_start|>assistant<|im_sep|>{}<|im_end|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
        "<|start_of_role|>assistant<|end_of_role|>{}",
        "[gMASK]<sop><|assistant|>\n{}",
        "<|turn>model\n{}<turn|>",
        "<｜Assistant｜>{}<｜end▁of▁sentence｜>",
        "assistant\n{}",
        "model\n{}",
        "final\n{}",
        "Thought: keep it short.\n\nFinal Answer: {}",
        "Thought for 12s\n\n{}",
        "Thought for a few seconds\n\n{}",
        "> Thinking…\n> The user wants gulls.\n\n{}",
        "> Überlegung:\n>\n> Möwen.\n\n{}",
        "\\<think>Gulls.\\</think>\n\n{}",
        "<details>\n<summary>Thinking</summary>\n\nGulls.\n\n</details>\n\n{}",
        "<details>\n<summary>Thinking</summary>\n\nGulls.\nTea.\n\n{}",
        "Thinking...\nA ferry, and gulls.\n\nShort.\n...done thinking.\n\n{}",
        "{}\n\n### Instruction:\nWrite the next section.",
    ],
)
def test_thinking_and_marks_of_the_chat_are_no_text(form: str) -> None:
    """Closed, unclosed, in tags of any kind or in channels."""
    assert cleaned(form.replace("{}", TEXT)).text == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "The harbour's machine writes `<think>` first and `</think>` after it, and the crew reads both aloud.",
        "It ends each watch with `<|im_end|>`, which nobody on the quay has ever understood, and sails on.",
        "Now and then only `[/THINK]` is left of its log, and the mate asks what that was about, every time.",
    ],
)
def test_marks_in_code_are_text(text: str) -> None:
    assert cleaned(text).text == text
    thought = f"<think>Tags in `code`? A lone ` is none.</think>\n\n{text}"
    assert cleaned(thought).text == text


@pytest.mark.parametrize("label", ["Version: 2", "**Text:** on the board"])
def test_a_label_in_a_text_ends_no_thoughts_of_another_form(label: str) -> None:
    text = f"Thinking: that is what the mate calls it, and he does it on deck.\n\n{label}\n\n{TEXT}"
    assert cleaned(text).text == text


@pytest.mark.parametrize(
    "text", ["Thought: I was late. The ferry had gone.", "Model trains ran on the ferry.\nThey were old."]
)
def test_a_word_of_chat_formats_may_begin_a_text(text: str) -> None:
    assert cleaned(f"{text}\n\n{TEXT}", own_headings=()).text == f"{text}\n\n{TEXT}"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("line", ["**{}**", "{}", "**{}:**", "Section: {}"])
def test_the_sections_own_heading_goes_from_the_line_above_the_text(language: str, line: str) -> None:
    """A sentence that goes on below it begins with its words, and stays."""
    heading = HEADING_OF[language]
    text = f"{line.replace('{}', heading)}\n{TEXTS[language]}"
    assert cleaned(text, own_headings=(heading,), least_words=3).text == TEXTS[language]


@pytest.mark.parametrize("language", TEXTS)
def test_the_sections_own_heading_goes_as_a_label_in_the_line(language: str) -> None:
    """Before a new sentence only; another label is of the text, and so is that of its note."""
    heading, text = HEADING_OF[language], TEXTS[language]
    labelled = f"{heading}：{text}" if language in ("ja", "zh") else f"{heading}: {text}"
    assert cleaned(labelled, own_headings=(heading,), least_words=3).text == text
    for own in ({"own_headings": ("A map",)}, {"own_headings": (), "note": f"TODO: {heading}"}):
        assert cleaned(labelled, least_words=3, **own).text == labelled
    small = f"{heading}: it is old. {TEXT}"
    assert cleaned(small, own_headings=(heading,)).text == small


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("label", ["**{}:** ", "{} – ", "**{}.** ", "{}. ", "## {}\n\n", "{}\n-----\n\n"])
def test_the_sections_heading_goes_with_any_sign_of_a_label_and_a_note_tells_it(
    language: str, label: str
) -> None:
    answer = cleaned(
        label.replace("{}", HEADING_OF[language]) + TEXTS[language],
        own_headings=("Notes from an island", f"1.3 {HEADING_OF[language]}"),
        least_words=3,
    )
    assert answer.text == TEXTS[language]
    assert answer.notes == ("removed a heading or a label that stands above it",)


@pytest.mark.parametrize("line", ["## {}\n\n", "**{}**\n\n", "{}\n\n", "{}\n", "{} "])
@pytest.mark.parametrize("heading", ["What now?", "At last!"])
def test_a_heading_that_asks_or_calls_goes_from_above_the_text(heading: str, line: str) -> None:
    assert cleaned(line.replace("{}", heading) + TEXT, own_headings=("An island", heading)).text == TEXT


def test_a_heading_goes_from_above_a_list_whose_items_begin_small() -> None:
    items = "- two old ropes that my aunt had spliced\n- a horn that nobody has sounded since the war"
    for line in ("## Ropes", "**Ropes**", "Ropes", "Ropes:"):
        for text in (items, items.replace("two", "Two")):
            assert cleaned(f"{line}\n\n{text}", own_headings=("An island", "Ropes")).text == text


@pytest.mark.parametrize("label", ["{}\n", "**{}:** ", "{} – "])
def test_a_later_paragraph_with_a_colon_makes_no_dialogue_of_a_heading(label: str) -> None:
    text = f"{TEXT}\n\nOne thing more: the horn is new, and I can hear it from my bed."
    assert cleaned(label.replace("{}", "The ferry") + text, own_headings=("The ferry",)).text == text


def test_a_latin_name_begins_a_chinese_sentence_behind_a_label() -> None:
    text = "master管理渡船，node负责运人，码头上谁也不说话。我数着海鸥，再慢慢走回家去泡一壶茶。"
    assert cleaned(f"**总结：**{text}", own_headings=("1.3 总结",), language="zh").text == text


def test_a_sentence_that_ends_in_the_headings_words_stays() -> None:
    text = f"At the last ferry. {TEXT}"
    assert cleaned(text, own_headings=("The last ferry",)).text == text


def test_a_speaker_with_the_headings_name_keeps_it() -> None:
    """Each paragraph of a dialogue begins with a name."""
    text = "Anna: We lost the boat.\n\nJon: You did, and nobody told me of it?\n\nAnna: Yes. It sank in May."
    assert cleaned(text, own_headings=("Anna",), least_words=3).text == text


def test_a_sentence_or_a_list_may_begin_with_the_heading_in_a_line_of_its_own() -> None:
    for opening in ("The last ferry\nleaves at six. ", "- The last ferry\n- The first bus\n\n"):
        text = f"{opening}{TEXT}"
        assert cleaned(text, own_headings=("The last ferry",)).text == text


@pytest.mark.parametrize("thought", ["{}</think>", "<think>A ferry. <think>Hm.</think> {}</think>"])
def test_thoughts_whose_end_is_the_last_are_no_text(thought: str) -> None:
    """Each end has its beginning; the first one may be in the prompt."""
    assert cleaned(thought.replace("{}", TEXT)).reason == Fault.THOUGHT


def test_tags_that_the_author_writes_about_are_text() -> None:
    """A post on reasoning models may name what they write."""
    first = "analysisという語で始まる文もある。渡し船は六時に出る。私はかもめを数えてから家に帰る。"
    assert cleaned(first, least_words=0).text == first
    post = (
        "The model opens with <think> and I wait until it writes </think> before I read on. It takes a while."
    )
    assert cleaned(post, examples=("Every answer has <think> and </think> in it.",)).text == post


@pytest.mark.parametrize(
    "form",
    [
        "Here's the section on the ferry:\n\n{}",
        "Sure thing! Here is a draft in your voice.\n\n{}",
        "**Here is the section:**\n\n{}",
        "Okay, let me write that section.\n\nHere it is:\n\n{}",
        "Absolutely!\n\n{}",
        "The user wants a section about the ferry, so I will keep it brief.\n\n{}",
        "**Rewritten section:**\n\n{}",
        "Section: {}",
        "### The ferry\n\n{}",
        "**Option 1 (plain):**\n\n{}\n\n**Option 2 (warmer):**\n\nGulls are my friends, I said to nobody.",
        "Here are two versions:\n\n### Version A\n\n{}\n\n### Version B\n\nGulls are my friends, I said.",
        "First option: {}\n\nSecond option: Gulls are my friends, I said to nobody.",
        "{}\n\n---\n\nIf you'd like, I can make it longer or add a quote.",
        "{}\n\nI hope this helps! Let me know if you need any changes.",
        "{}\n\nWould you like me to write the next section too?",
        "{}\n\n*(Note: I kept the tone of your other posts. Word count: 44.)*",
        "{} Feel free to adjust the tone!",
        "Of course. Below is a possible section:\n\n---\n\n{}\n\n---\n\nThis version keeps your voice.",
    ],
)
def test_words_to_the_user_are_no_text(form: str) -> None:
    """Before it, behind it, or as a name for it; of several texts the first is taken."""
    assert cleaned(form.replace("{}", TEXT)).text == TEXT


@pytest.mark.parametrize(
    ("language", "before", "behind"),
    [
        (
            "de",
            "Natürlich! Hier kommt der überarbeitete Entwurf:",
            "Sag Bescheid, wenn ich etwas kürzen soll.",
        ),
        ("de", "Nachfolgend ein Textvorschlag:", "Möchtest du, dass ich den Ton anpasse?"),
        ("fr", "Avec plaisir ! Ci-dessous le passage :", "Si vous le souhaitez, je peux le raccourcir."),
        ("fr", "D'accord, voici une version plus courte :", "J'espère que cela vous convient !"),
        ("es", "Por supuesto. A continuación, el apartado:", "Espero que te sirva de ayuda."),
        ("es", "¡Perfecto! Este es el texto:", "Avísame si necesitas algún cambio."),
        ("pt", "Com certeza! Segue o trecho:", "Se quiser, posso deixar mais curto."),
        ("pt", "Eis uma proposta de texto:", "Me avise se precisar de ajustes."),
        ("it", "Volentieri! Di seguito la bozza:", "Fammi sapere se vuoi modifiche."),
        ("it", "Questo è il testo:", "Se vuoi, posso accorciarlo."),
        (
            "nl",
            "Prima! Hieronder de uitgewerkte tekst:",
            "Laat gerust weten of het zo goed is. Laat het me weten.",
        ),
        ("nl", "Graag, dit is mijn voorstel:", "Als je wilt, kan ik het korter maken."),
        ("ru", "Хорошо, ниже готовый текст:", "Надеюсь, это поможет!"),
        ("ru", "С удовольствием! Это новый абзац:", "Если хотите, могу сократить."),
        ("zh", "没问题！下面是扩展后的段落：", "如需调整，请随时告诉我。"),
        ("zh", "这是修改后的版本：", "您希望我再写一段吗？"),
        ("ja", "承知しました。こちらが本文です：", "ご希望があればお申し付けください。"),
        ("ja", "もちろんです。次が続きです：", "お役に立てれば幸いです。"),
        (
            "ja",
            "了解しました。「渡し船」の続きは以下の通りです。",
            "お望みならば、さらに短く書き直すこともできます。",
        ),
        ("ja", "かしこまりました。次のように作成いたしました。", "お役に立てれば幸いです。"),
        ("ko", '알겠습니다. "배" 단락을 작성했습니다.', "도움이 되었으면 좋겠습니다."),
        ("zh", "明白了，我这就为您撰写这一段落。", "如果您想要，我还可以把它缩短。"),
        ("es", "A continuación, te propongo lo siguiente:", "Espero que te sirva de ayuda."),
        ("it", "Ti propongo quanto segue:", "Se vuoi, posso accorciarlo."),
        ("ko", "네, 알겠습니다. 아래는 초안입니다:", "도움이 되었으면 좋겠습니다."),
        ("ko", "좋습니다! 여기 본문입니다:", "수정이 필요하시면 말씀해 주세요."),
    ],
)
def test_words_to_the_user_are_known_in_each_language(language: str, before: str, behind: str) -> None:
    """In the language of the draft, and English around any text."""
    text = TEXTS[language]
    expected = {"language": language, "examples": (text[::-1],)}
    assert cleaned(f"{before}\n\n{text}\n\n{behind}", **expected).text == text
    assert cleaned(f"Sure! Here is the section:\n\n{text}\n\nLet me know!", **expected).text == text


@pytest.mark.parametrize(
    ("language", "before"),
    [
        ("en", "Happy to help! "),
        ("en", "I'd be glad to help!\n\n"),
        ("en", "There you go:\n\n"),
        ("de", "Hier kommt's:\n\n"),
        ("de", "Hier ist er:\n\n"),
        ("fr", "Et voilà :\n\n"),
        ("es", "Aquí lo tienes:\n\n"),
        ("pt", "Aqui vai:\n\n"),
        ("it", "Ecco qua:\n\n"),
        ("nl", "Hier komt-ie:\n\n"),
        ("ru", "Вот:\n\n"),
        ("zh", "给你：\n\n"),
        ("ja", "はい、承知しました。"),
        ("ko", "여기 있습니다:\n\n"),
    ],
)
def test_few_words_that_hand_a_text_over_are_no_text(language: str, before: str) -> None:
    """They say nothing of it; where they lead to a list or go on, they are the author's."""
    text = TEXTS[language]
    expected = {"language": language, "examples": (text[::-1].replace("!", "."),)}
    assert cleaned(f"{before}{text}", **expected).text == text
    lists = f"{before.strip()}\n\n- {text}\n- {text[::-1]}"
    assert not before.endswith(":\n\n") or cleaned(lists, **expected).text.startswith(before.strip())


@pytest.mark.parametrize(
    "text",
    [
        "Happy to help, said the mate. He took the rope, and the ferry left before anybody had paid for it.",
        "Happy to help! the mate called. He took the rope, and the ferry left before anybody had paid for it.",
        "Voilà : le bac part à six heures, et personne ne dit un mot sur le quai. Je compte les mouettes.",
        "Here is what I learned from the ferry: it leaves without you. I have missed it twice this year already.",
        "Sure, I made mistakes. The dough ran over the rim, and I let it run because I was tired of all of it.",
        "Of course! Nobody had told me that the last ferry leaves at six. I slept on the quay that night.",
        "I'm sorry to say that I missed it. Unfortunately the next one left on Thursday, so I stayed on and read.",
        "I can't write about the island without the smell of diesel. Please forgive me for beginning with it.",
        "No, no, no. I said it three times and the ferry left all the same, with my coat and my cat on board.",
        "I waited and waited and waited. The ferry did not come, and the shop had closed, so I went home again.",
        "Here's the text of the note that I found on the door that day, word for word as it stood there:\n\n"
        "> Gone to the mainland. Back when the wind turns.\n\nI have kept it ever since, in the drawer.",
        "This is the version that I have told ever since. The real one is shorter, and it has no cat in it.",
        "Note: the timetable changes in winter. I have it on the door, and so does everybody else up here.",
        "Option 1 was to wait. Option 2 was to swim, and nobody in the village has ever thought of that.",
        "The draft of the ferry is two metres. A text on the wall says so, and I have no reason to doubt it.",
    ],
)
def test_an_author_may_write_like_that(text: str) -> None:
    """What only looks like a preamble, a refusal or a loop is the author's text."""
    assert cleaned(text).text == text


REMARKS = {
    "en": ("Note: no names were made up here.", "*The section keeps to the style of the others.*"),
    "de": ("Anmerkung: Es sind keine Namen erfunden.", "*Diese Passage passt zum Stil der übrigen.*"),
    "fr": ("Remarque : je n'ai rien inventé ici.", "*Ce passage reprend le style des précédents.*"),
    "es": ("**Nota:** no he inventado ningún nombre.", "*Este párrafo conserva la voz del resto.*"),
    "pt": ("Observação: evitei inventar nomes.", "*Este parágrafo segue o estilo dos outros.*"),
    "it": ("Nota: non ho inventato nomi.", "*Questo brano riprende lo stile degli altri.*"),
    "nl": ("Opmerking: ik heb geen namen verzonnen.", "*Deze passage past bij de stijl van de rest.*"),
    "ru": ("Замечание: никаких имён не придумано.", "*Этот текст сохраняет стиль других частей.*"),
    "zh": ("（注：没有编造任何人名。）", "*这段文字沿用了前文的风格。*"),
    "ja": ("補足：名前は捏造しておりません。", "*この段落は前の部分のトーンを維持しています。*"),
    "ko": ("비고: 이름은 꾸며내지 않았습니다.", "*이 단락은 앞부분의 말투를 유지했습니다.*"),
}


@pytest.mark.parametrize("language", REMARKS)
def test_a_remark_on_the_writing_is_no_text(language: str) -> None:
    """As a last paragraph, with a rule above it or not; it stays where the author's posts begin one like it."""
    text = TEXTS[language]
    for remark in REMARKS[language]:
        expected: dict[str, object] = {"language": language, "examples": (text[::-1],), "least_words": 5}
        assert cleaned(f"{text}\n\n{remark}", **expected).text.strip() == text
        assert cleaned(f"{text}\n\n---\n{remark}", **expected).text.strip() == text
        own = f"{text[::-1]}\n\n{remark[: len(remark) // 2]} …"
        assert cleaned(f"{text}\n\n{remark}", **{**expected, "examples": (own,)}).text.endswith(remark)


@pytest.mark.parametrize(
    ("language", "ending"),
    [
        ("de", "Hinweis: Der Fahrplan ist neu, und den alten habe ich noch."),
        ("de", "Dieser Text hängt seither an meiner Tür."),
        ("es", "Nota: el barco de las siete no sale en invierno."),
        ("it", "Questo testo lo leggo ogni inverno."),
        ("ru", "Примечание: зимой паром не ходит."),
        ("ja", "この文章は去年の冬に書いた。"),
        ("zh", "注意：冬天没有渡船。"),
        ("ko", "참고: 겨울에는 배가 없다."),
    ],
)
def test_a_note_on_the_matter_stays(language: str, ending: str) -> None:
    text = f"{TEXTS[language]}\n\n{ending}"
    assert cleaned(text, language=language, examples=(TEXTS[language][::-1],)).text == text


@pytest.mark.parametrize(("language", "label"), [("ja", "記事："), ("zh", "内容："), ("ko", "내용: ")])
def test_a_label_goes_in_scripts_without_blanks_too(language: str, label: str) -> None:
    """But where the author's posts have it."""
    text = TEXTS[language]
    assert cleaned(label + text, language=language).text == text
    own = f"{label}{text[::-1]}"
    assert cleaned(label + text, language=language, examples=(own,)).text == label + text


@pytest.mark.parametrize(
    "remark", ["May it suit you. Let me know if it is to be warmer.", "(Some eighty words, as it was asked.)"]
)
def test_talk_below_a_rule_goes_whole(remark: str) -> None:
    """A remark in brackets too, unless the author sets such rules; prose below a rule stays."""
    assert cleaned(f"{TEXT}\n\n---\n\n{remark}").text == TEXT
    assert cleaned(f"{TEXT}\n\nFeel free to tell me if it is to be warmer!").text == TEXT
    end = "The end came in May, and we sold the boat."
    assert cleaned(f"{TEXT}\n\n---\n\n{end}").text.endswith(end)
    ruled = ("We left.\n\n---\n\n(We came back in May, and the tide was out.)",)
    kept = f"{TEXT}\n\n---\n\n(Some eighty boats.)"
    assert cleaned(kept, examples=ruled).text == kept


@pytest.mark.parametrize(
    "last",
    [
        "Nota: no se ha añadido sal porque el queso ya la lleva.",
        "Remarque : servez tiède, sans ajouter de sel.",
        "Let op: er wordt geen suiker toegevoegd.",
        "The final draft kept her voice, though the publisher cut a third of it.",
    ],
)
def test_a_note_for_readers_is_no_remark_on_the_writing(last: str) -> None:
    assert cleaned(f"{TEXT}\n\n{last}").text.endswith(last)


def test_thoughts_with_a_line_of_their_own_that_says_final_are_cut_whole() -> None:
    thoughts = "analysisWe need a plan. Steps: outline, draft,\nfinal\nand check. Now write it."
    assert cleaned(f"{thoughts}assistantfinal{TEXT}").text == TEXT


def test_a_story_that_says_sorry_is_no_refusal() -> None:
    story = (
        "I'm sorry to say that I lost the first boat this way. I can't help looking for it when the tide is "
        "low, and it never helps. The second one was lighter, and my neighbour tied it up for me each evening, "
        "until I had learned the knot myself. It still hangs at the quay, and the gulls sit on it all day."
    )
    assert cleaned(story).text == story
    assert cleaned("I'm sorry, but I can't do that. Please tell me more.").reason == Fault.DECLINED


@pytest.mark.parametrize(
    "quoted",
    [
        "“As an AI language model, I have never seen the sea,” the machine on the quay wrote to us.",
        "„Als KI habe ich noch nie eine Fähre gesehen“, schrieb die Maschine am Kai, und alle lachten darüber.",
        "« En tant qu'IA, je ne prends pas le bac », répondait la machine du quai, et nous en avons bien ri.",
        "「申し訳ありませんが、その文章は書けません」と岸壁の機械は言う。渡し船は六時に出る。私はかもめを数える。",
    ],
)
def test_a_refusal_that_a_story_quotes_is_none(quoted: str) -> None:
    assert cleaned(quoted).text == quoted


def test_a_phrase_of_the_authors_own_is_no_talk() -> None:
    """Many posts end in a word to their readers."""
    text = f"{TEXT}\n\nLet me know if you have seen her cat."
    assert cleaned(text, examples=("I wrote that down. Let me know if you have a boat.",)).text == text


@pytest.mark.parametrize(
    "form",
    [
        "\\boxed{{}}",
        "$\\boxed{\\text{{}}}$",
        '"{}',
        "“{}",
        "「{}",
        "Section text: {}",
        "```\n{}\n```",
        "~~~text\n{}\n~~~",
        "Here you go:\n\n````markdown\n{}\n````\n\nI matched the tone of your drafts and avoided placeholders.",
        "{}\n```",
        "```markdown\n{}",
        "<document>\n{}\n</document>",
        "<section>{}</section>",
        "{{SELECTED_TEXT}}\n{}\n{{END_OF_FILE}}",
        "{{DRAFT_TEXT}}\n{}\n{{/DRAFT_TEXT}}",
        "{}\n{{/DRAFT_TEXT}}",
        "[START]\n{}\n[END]",
        "“{}”",
        '"""\n{}\n"""',
        "***\n\n{}\n\n***",
        "Here is the section:\n\n```\n{}\n```\n\nLet me know if it is to be shorter.",
        "Sure! Below is the text:\n\n```text\n{}\n```",
    ],
)
def test_what_stands_around_the_whole_goes(form: str) -> None:
    """A fence, a tag, a tool's marks or quotes."""
    assert cleaned(form.replace("{}", TEXT)).text == TEXT


@pytest.mark.parametrize("fence", ["```", "```text", "~~~"])
@pytest.mark.parametrize(
    "text",
    [
        "窯は古く、煉瓦は欠けていた。火を入れるまで半日かかった。",
        "오븐은 오래되었고 벽돌은 깨져 있었다. 불을 지피는 데 반나절이 걸렸다.",
        "भट्ठी पुरानी थी और ईंटें टूटी हुई थीं। आग जलाने में आधा दिन लगा।",
        "เตาอบเก่าและอิฐแตก เราใช้เวลาครึ่งวันในการจุดไฟ",
        "كان الفرن قديما وكان الطوب مكسورا. استغرق إشعال النار نصف يوم.",
    ],
)
def test_a_fence_goes_in_every_script(text: str, fence: str) -> None:
    assert cleaned(f"{fence}\n{text}\n{fence[:3]}").text == text


def test_code_in_a_fenced_text_stays() -> None:
    """A fence of the same length may be inside; a text that is code keeps its fence."""
    text = (
        f"{TEXT}\n\n```sh\nferry --when\n```\n\nThat prints the time of the next one, if there is a next one."
    )
    assert cleaned(f"```markdown\n{text}\n```").text == text
    config = "```\nport: 80\nhost: quay\n```"
    assert (
        cleaned(f"I keep this in a file:\n\n{config}\n\nIt has never changed.", least_words=3).text.count(
            "```"
        )
        == 2
    )


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"content": TEXT}),
        json.dumps(
            {"heading": "The ferry", "reasoning": "I kept it short.", "paragraphs": TEXT.split("\n\n")}
        ),
        json.dumps([{"type": "paragraph", "text": one} for one in TEXT.split("\n\n")]),
        "```json\n" + json.dumps({"result": {"section": TEXT}}, indent=2) + "\n```",
        '{"text": "' + TEXT + '"}',  # with bare line ends
        '{"text": "' + TEXT + '"',
        '{"text": "' + TEXT,
        '["' + TEXT + '"',
    ],
)
def test_json_gives_its_prose(answer: str) -> None:
    """Keys, headings and thoughts go."""
    assert cleaned(answer).text == TEXT


def test_broken_json_is_no_prose() -> None:
    """Nor is JSON that is nested without an end."""
    assert cleaned('{"a":' * 3000).reason and cleaned("[[" * 3000).reason
    assert cleaned('{"text": "The ferry leaves at six, and nobody says "word" before').reason


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            "<h2>The ferry</h2><p>It leaves at six.</p>\n<p>I count <em>gulls</em> &amp; wait.</p>",
            "It leaves at six.\n\nI count *gulls* & wait.",
        ),
        ("<p>&nbsp;It leaves at six.</p><p>I&nbsp;wait.&nbsp;</p>", "It leaves at six.\n\nI wait."),
        ("<div><p>It leaves at <strong>six</strong>.<br>I wait.</p></div>", "It leaves at **six**.\nI wait."),
        (
            "<p>What I take:</p><ul><li>A book.</li><li>Tea in a <code>flask</code>.</li></ul>",
            "What I take:\n\n- A book.\n- Tea in a `flask`.",
        ),
    ],
)
def test_html_becomes_markdown(answer: str, text: str) -> None:
    """Paragraphs, headings, lists and emphasis."""
    assert cleaned(answer, least_words=3).text == text


def test_invisible_and_odd_blanks_become_plain_ones() -> None:
    """But those that the author uses, such as before a French colon, and joiners that emoji need."""
    joined = "The fer\u200dry leaves at\u200d six, and 👩\u200d🔧 says: नमस्क\u200dते, good morning to you."
    assert (
        cleaned(joined).text
        == "The ferry leaves at six, and 👩\u200d🔧 says: नमस्क\u200dते, good morning to you."
    )
    odd = "The\u00a0ferry\u2009leaves\u200b at\u202fsix,\u2028and no\u00adbody says a \u2060word\ufeff before it has gone."
    assert cleaned(odd).text == "The ferry leaves at six,\nand nobody says a word before it has gone."
    french = "Le bac part à six heures\u00a0: personne ne dit un mot sur le quai, et je rentre."
    assert cleaned(french, examples=("Voici\u00a0: rien.",)).text == french


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that request.",
        "I must decline this request. I'm not comfortable writing about real people without their consent.",
        "Diese Anfrage muss ich leider ablehnen. Über lebende Menschen schreibe ich nicht.",
        "Je dois refuser cette demande. Elle parle de personnes réelles.",
        "Debo rechazar esta solicitud. Habla de personas reales.",
        "Devo rifiutare questa richiesta. Parla di persone reali.",
        "Tenho de recusar este pedido. Fala de pessoas reais.",
        "Ik moet dit verzoek weigeren. Het gaat over echte mensen.",
        "Я вынужден отклонить этот запрос. Речь идёт о реальных людях.",
        "我必须拒绝这个请求。其中涉及真实人物。",
        "このご依頼はお断りいたします。実在の人物に関わるためです。",
        "이 요청은 거절하겠습니다. 실제 인물에 관한 글이기 때문입니다.",
        "I apologize, but I cannot write this section. Could you provide more context about the ferry?",
        "As a large language model, I don't have memories of a ferry, but people often enjoy the sea and the wind.",
        "Unfortunately I do not have access to your other posts. If you share them, I can try again with pleasure.",
        "Es tut mir leid, aber ich kann diesen Text nicht schreiben, ohne mehr über die Fähre zu wissen.",
        "Als Sprachmodell habe ich keine eigenen Erlebnisse auf einer Insel, die ich hier erzählen dürfte.",
        "Je suis désolé, mais je ne peux pas rédiger cette section. Pourriez-vous me donner plus de détails ?",
        "Lo siento, pero no puedo escribir esta sección sin más información sobre el barco y la isla.",
        "Desculpe, mas não consigo escrever esta seção. Por favor, envie mais detalhes sobre o barco.",
        "Mi dispiace, ma non posso scrivere questa sezione. Potresti darmi più dettagli sul traghetto?",
        "Het spijt me, maar ik kan deze sectie niet schrijven zonder meer informatie over de veerboot.",
        "К сожалению, я не могу написать этот раздел. Пожалуйста, предоставьте больше информации о пароме.",
        "对不起，我无法撰写这一部分，因为缺少关于渡船的信息。请提供更多细节。",
        "申し訳ありませんが、渡し船についての情報が不足しているため、この節を書くことができません。",
        "죄송하지만 배에 대한 정보가 부족해서 이 글을 작성할 수 없습니다. 더 자세한 내용을 알려 주세요.",
    ],
)
def test_a_refusal_is_told(answer: str) -> None:
    """In every language, by what no author would say."""
    assert cleaned(answer, least_words=3).reason == Fault.DECLINED


@pytest.mark.parametrize("place", ["section", "marker"])
def test_of_a_whole_draft_the_place_is_taken(place: str) -> None:
    """Front matter, other sections and the author's own paragraphs go."""
    own = "I came here for a week, eleven years ago."
    before, behind = f"{own}\n\n" * (place == "marker"), "\n\nThe bell is from 1911." * (place == "marker")
    draft = f"Intro of mine.\n\n## The ferry\n\n{before}{behind}\n\n## Winter\n\nIt is long, and dark."
    top, below = (
        "---\ntitle: Notes from an island\n---\n\nIntro of mine.",
        "## Winter\n\nIt is long, and dark.",
    )
    answer = f"{top}\n\n## The ferry\n\n{before}{TEXT}{behind}\n\n{below}"
    assert cleaned(answer, draft=draft).text == TEXT


def test_code_between_paragraphs_is_in_no_language() -> None:
    """A block with blank lines in it is code throughout."""
    block = "```python\nfrom the_harbour import a, is_it\n\nfor i in that: print(the_tide(a, of=i), to=the_sea)\n```"
    answer = f"{TEXTS['zh']}\n\n{block}\n\n{TEXTS['zh'][::-1]}。"
    assert block in cleaned(answer, language="zh").text


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (
            "도서관에서 책을 읽고 배운 것은 아주 많은 것을 알게 되었다는 점이다.",
            "도서관에서 책을 읽는 것은 아주 많은 것을 알게 되었다는 점이다.",
        ),
        ("我每天早上只写三件事，写完就把本子合上去上班。", "我每天早晨只写三件事，写完就把本子合上去上班。"),
    ],
)
def test_a_sentence_told_again_goes_in_scripts_without_blanks_too(text: str, again: str) -> None:
    """Characters count there, as words don't end where another one begins."""
    assert cleaned(f"{text}\n\n{again}", least_words=0).text == text


def test_a_line_of_the_notes_is_no_prose() -> None:
    """Notes are to be turned into text; a line of them that comes back within it goes."""
    notes = "Turn these notes into prose:\n- the ferry at six o'clock\n- gulls, and counting them"
    first, second = TEXT.split("\n\n")
    answer = f"{first}\n\n- **The ferry** at six o'clock\n- Gulls, and counting them\n\n{second}"
    assert cleaned(answer, request=(notes,)).text.split() == TEXT.split()


def test_a_bracket_that_was_closed_already_is_closed_once() -> None:
    """A small model puts the author's words into brackets of its own."""
    stub = "I count the gulls (as long as the horn is silent)"
    answer = (
        "I count the gulls (as long as [the horn is silent]) and walk home before the rain begins to fall."
    )
    text = cleaned(answer, stub=stub, replaces_stub=True, goes_on=True).text
    assert text == f"{stub} and walk home before the rain begins to fall."


def test_half_a_word_of_the_author_is_completed() -> None:
    """It isn't repeated after itself."""
    answer = "Respect the gulls. One of the hardest parts of counting them is to begin before they leave."
    text = cleaned(answer, stub="Respect the gulls. One of the hardes", replaces_stub=True, goes_on=True).text
    assert text == answer


def test_half_a_word_is_joined_with_its_rest_where_the_author_writes_both_as_one() -> None:
    """Not where the first half is a word of the author's by itself."""
    answer = "boats are small, and none of them has a sail."
    for own, joint in ("The rowboats leak.", ""), ("The rowboats leak, and we rowb at night.", " "):
        kept = cleaned(answer, stub="In May the rowb", replaces_stub=True, goes_on=True, examples=(own,)).text
        assert kept == f"In May the rowb {answer}"
        text = cleaned(
            answer,
            stub="The old rowing",
            replaces_stub=True,
            goes_on=True,
            examples=(own.replace("rowboats", "rowingboats").replace("rowb ", "go rowing "),),
        ).text
        assert text == f"The old rowing{joint}{answer}"


def test_a_paragraph_told_again_before_the_half_sentence_goes() -> None:
    answer = "The roof took longest. It leaked for a week because the flashing around the pipe was never nailed down."
    text = cleaned(answer, stub="It leaked for a week because the", replaces_stub=True, goes_on=True).text
    assert text == "It leaked for a week because the flashing around the pipe was never nailed down."


def test_a_long_answer_that_begins_as_an_ai_is_none() -> None:
    """However much follows, it isn't the author who speaks."""
    assert cleaned(f"As an AI language model, I have no ferry. {TEXT * 6}").reason == Fault.DECLINED


def test_a_name_in_small_letters_may_begin_a_text() -> None:
    """It gets a capital where the section is named after it; else, half a sentence goes."""
    answer = "gulls are what I count. Then I walk back up to the house and make tea for both of us."
    assert cleaned(answer, own_headings=("gulls",)).text.startswith("Gulls are")
    assert cleaned(answer).text.startswith("Then I walk")


def test_a_paragraph_in_another_language_goes() -> None:
    """What is left is offered, if that is most of it."""
    answer = f"{TEXTS['de']} Dann mache ich Tee.\n\nThat is what I have to say about the harbour and the gulls of it."
    assert cleaned(answer, language="de").text == f"{TEXTS['de']} Dann mache ich Tee."


@pytest.mark.parametrize(
    "answer",
    [
        "The ferry leaves at six, and the 渡船 is never late. I count the gulls until the horn sounds.",
        "The ferry leaves at six, and the паром is never late. I count the gulls until the horn sounds.",
        "The ferry leaves at six, and nobody speaks.\n\n"
        + TEXTS["de"]
        + " Dann mache ich Tee und warte auf den Abend.",
    ],
)
def test_another_script_or_language_in_the_text_is_seen(answer: str) -> None:
    """Small models slip into the language that they know best."""
    assert cleaned(answer, language="en", examples=(TEXT[::-1],)).reason


@pytest.mark.parametrize(
    ("answer", "own"),
    [
        ("Пором відходить о шостій, і ніхто на причалі не каже ні слова. Я лічу чайок і йду додому.", "ru"),
        ("Паром адыходзіць у шэсць, і ніхто на прычале не кажа ні слова. Я лічу чаек і іду дадому.", "ru"),
        (TEXTS["ja"], "zh"),
    ],
)
def test_a_neighbour_in_the_same_script_is_seen(answer: str, own: str) -> None:
    """By the letters that the author's language never has; a name may have them."""
    expected: dict[str, object] = {"language": own, "examples": (TEXTS[own][::-1],), "least_words": 5}
    assert "another language" in cleaned(answer, **expected).reason
    name = {"ru": " Его зовут Андрій, а её Їжакевич.", "zh": "她喜欢のり。"}[own]
    expected["any_script"] = True
    assert cleaned(TEXTS[own] + name, **expected).text == TEXTS[own] + name


@pytest.mark.parametrize(
    ("text", "own"), [("pt", "es"), ("es", "pt"), ("nl", "de"), ("it", "es"), ("fr", "it")]
)
def test_a_neighbouring_language_is_seen(text: str, own: str) -> None:
    assert "another language" in cleaned(TEXTS[text], language=own, examples=(TEXTS[own][::-1],)).reason


@pytest.mark.parametrize(
    "text",
    [
        "नाव छह बजे चलती है और घाट पर कोई कुछ नहीं बोलता। मैं पक्षियों को गिनता हूँ और फिर घर लौट आता हूँ।",
        "เรือออกตอนหกโมง และไม่มีใครพูดอะไรบนท่าเรือ ฉันนับนกนางนวลแล้วเดินกลับบ้านไปชงชา",
        "تغادر العبّارة في السادسة، ولا أحد يتكلم على الرصيف. أعدّ النوارس ثم أعود إلى البيت.",
        "کشتی شش بجے نکلتی ہے اور گھاٹ پر کوئی کچھ نہیں بولتا۔ میں پرندے گنتا ہوں اور گھر آ جاتا ہوں۔",
        "Լաստանավը մեկնում է վեցին, և ոչ ոք չի խոսում։ Ես հաշվում եմ ճայերին ու գնում եմ տուն։",
        "ጀልባው ስድስት ሰዓት ላይ ይሄዳል፣ ማንም አይናገርም። ወፎችን ቆጥሬ ወደ ቤት እሄዳለሁ።",
        TEXTS["zh"],
        TEXTS["ja"],
    ],
)
def test_sentences_end_in_every_script(text: str) -> None:
    """A danda, a Thai letter, an Arabic or Armenian stop ends one as well."""
    assert cleaned(text, least_words=2).text == text


def test_a_loop_is_still_cut() -> None:
    looped = "I count the gulls. " + "The gulls count me and " * 12
    assert "gulls count me and The gulls" not in cleaned(looped, least_words=3).text


def test_a_list_whose_points_hardly_change_ends_where_it_begins_to_loop() -> None:
    """Three sentences that begin alike are a figure of speech; a list of twelve is a loop."""
    verbs = ("moor", "swim", "sleep", "read", "row", "fish", "sing", "wait", "dream", "draw", "rest", "stay")
    points = [f"- It's a good harbour to {verb}.\n" for verb in verbs]
    opening = "- The pier is old.\n"
    assert cleaned(opening + "".join(points), least_words=2).text == (opening + "".join(points[:3])).strip()
    figure = "".join(points[:3]) + "- We left in May.\n"
    assert cleaned(figure, least_words=2).text == figure.strip()


@pytest.mark.parametrize(
    "text", ["The fog lies on the water until noon.", "Fog is a cloud that lies on the water."]
)
def test_a_sentence_may_begin_with_the_term_above_it(text: str) -> None:
    """A definition says its term again as a sentence does; a label in front of it goes."""
    assert cleaned(text, before="Fog").text == text
    assert cleaned(f"Fog: {text}", before="Fog").text == text


@pytest.mark.parametrize(
    ("before", "answer", "left"),
    [
        ("K:", "K is what I call the old kiln, and it draws well.", ""),
        ("K:", "K: the old kiln draws well on a dry day.", "the old kiln draws well on a dry day."),
        (
            "**No:**",
            "**No:** It draws on a dry day, and never alone.",
            "It draws on a dry day, and never alone.",
        ),
        ("Answer:", "Answers take a week, and that is a slow week for us.", ""),
    ],
)
def test_a_label_told_again_has_its_colon(before: str, answer: str, left: str) -> None:
    """A sentence that begins with the word of the label before it keeps its first word."""
    given = cleaned(answer, before=before, goes_on=True, inline=True)
    assert given.text == (left or answer)


@pytest.mark.parametrize(
    "form",
    [
        "```\n{}\n```",
        "{}\n```",
        "```\n{}",
        "~~~\n{}\n~~~",
        "```markdown\n{}\n```",
        "Here is the section:\n\n```md\n{}\n```\n\nLet me know if it fits.",
    ],
)
def test_a_fence_around_a_text_with_code_goes(form: str) -> None:
    """Also one that ends where the code begins, as a parser sees it, and one that nothing opens."""
    text = f"{TEXT}\n\n```bash\nrestic check\n```\n\nThat takes a minute, and then I make tea."
    assert cleaned(form.replace("{}", text)).text == text


def test_marks_of_direction_go_and_hebrew_keeps_its_own() -> None:
    """And so do fillers and joiners that nobody sees."""
    assert cleaned(f"\u200e{TEXT}\u200f\u061c\u3164").text == TEXT
    text = "על הלוח כתוב \u200f(C++)\u200f, ואף אחד לא שאל מי כתב את זה. אני קורא מתחת למנורה בלילה."
    assert cleaned(text, least_words=5).text.count("\u200f") > 0


def test_paragraphs_are_indented_as_the_author_does() -> None:
    """By U+3000 where most of the author's are, and else by nothing."""
    paragraphs = ("渡し船は六時に出る。岸壁では誰も口をきかない。", "私はかもめを数えてから家に帰る。")
    indented, plain = "\n\n".join(f"\u3000{one}" for one in paragraphs), "\n\n".join(paragraphs)
    own = "冬の店は暗い。\n\n店主は笑わない。"
    for answer in (indented, plain, f"\u3000{plain}"):
        assert cleaned(answer, language="ja", least_words=5, examples=(own,)).text == plain
        dented = "\u3000" + own.replace("\n\n", "\n\n\u3000")
        assert cleaned(answer, language="ja", least_words=5, examples=(dented,)).text == indented


def test_a_field_of_a_form_is_left_to_the_author_and_a_template_is_refused() -> None:
    """`{{amount}}` in a sentence is a question; a tag with a point, or alone in its line, is a template's."""
    field = TEXT.replace("at six", "at {{ time }}")
    assert cleaned(field).text == field
    for tag in ("{{ page.title }}", "{% include sea.html %}", "gulls\n\n{{ content }}\n\ngulls"):
        assert cleaned(TEXT.replace("gulls", tag)).reason == Fault.MARKS


@pytest.mark.parametrize(
    ("opened", "closed", "others"),
    [
        ("{{< notice tip >}}", "{{< /notice >}}", ["{{< figure x >}}", "{{< notice src=a >}}"]),
        ("{% note info %}", "{% endnote %}", ["{% if info %}", "{% include info %}"]),
    ],
)
def test_a_box_of_the_authors_kind_may_be_of_another_sort(
    opened: str, closed: str, others: list[str]
) -> None:
    """What hides words or names a file is no box."""
    draft = f"{opened}\nThe gulls sleep at noon.\n{closed}\n\n{{% if a %}}b{{% endif %}}"
    warning = opened.replace("tip", "warning").replace("info", "warning")
    found = cleaned(f"{TEXT}\n\n{warning}\nNever feed them.\n{closed}", draft=draft)
    for other in others:
        refused = cleaned(f"{TEXT}\n\n{other}\nNever feed them.\n{closed}", draft=draft)
        assert refused.reason == Fault.MARKS
    assert found.reason == "" and closed in found.text


@pytest.mark.parametrize(
    "shown",
    [
        "`{{ page.title }}` is the title, and `{% include sea.html %}` a file.",
        "It says so itself:\n\n```liquid\n{{ page.title }} {% if ferry %}\n```",
        "It keeps its state in a map:\n\n```elixir\n{:ok, %{a: %{b: 1}}}\n```",
        "$$\n\\frac{1}{2^{n}} {}\n$$",
    ],
)
def test_template_marks_in_code_and_formulas_are_shown(shown: str) -> None:
    text = f"{TEXT}\n\n{shown}\n\nAnd the gulls still come at six."
    assert cleaned(text).text == text


def test_a_text_that_begins_with_a_link_is_no_data() -> None:
    text = f'["The Ferry"](https://example.com) is a small book. {TEXT}'
    assert cleaned(text).text == text


@pytest.mark.parametrize(
    "place",
    [
        {"request": ("", "TODO: the quote from her letter")},
        {"before": "She wrote to me:"},
        {"own_headings": ("The ferry", "Ein Zitat aus dem Brief")},
    ],
)
def test_a_quotation_that_the_place_wants_stays_one(place: dict[str, object]) -> None:
    quote = "\n".join(f"> {line}".rstrip() for line in TEXT.split("\n"))
    assert cleaned(quote, **place).text == quote


@pytest.mark.parametrize(
    "part",
    [
        "![the ferry in the fog](/images/ferry/in_the_fog_at_six.png)",
        "- [The Ferries of the Northern Islands](https://example.com/ferries)\n- [A Short History of the Horn](https://example.com/horn)",
        "$$\nE(v_a, v_b) = -b_a v_a - b_b v_b - W_{ab} v_a v_b\n$$",
        "    npm install ferry-times\n    ferry-times --today --island",
        "```sh\nferry --when --island north\n```",
    ],
)
@pytest.mark.parametrize("language", ["ja", "zh", "ko", "ru"])
def test_pictures_links_formulas_and_code_are_in_no_language(language: str, part: str) -> None:
    """A paragraph in English between Japanese ones goes, and an answer in English is refused."""
    text, place = TEXTS[language], {"language": language, "examples": ()}
    shown = f"{text}\n\n{part}\n\n{text[::-1].lstrip('。.')}。"
    assert part in cleaned(shown, **place).text
    english = "The ferry is old, and nobody on the island has seen [another one](https://example.com/b) of its kind."
    assert english not in cleaned(f"{text}\n\n{english}\n\n{part}", **place).text
    assert cleaned(f"{english}\n\n{part}", **place).reason == Fault.LANGUAGE


@pytest.mark.parametrize(
    "text",
    [
        f"![The quay](/quay.jpg)\n\n{TEXT}",
        f'{TEXT}\n\n- [The Ferries of the Northern Islands and Their Men](https://a.example "The Ferries of the Northern Islands and Their Men")\n- [GitHub](https://b.example)',
    ],
)
def test_pictures_and_links_stay_whole(text: str) -> None:
    """A picture at the start keeps its sign, and a link's title may say its words again."""
    assert cleaned(text).text == text


def test_a_sentence_that_comes_twice_leaves_the_link_before_it_whole() -> None:
    twice = "Then I walk back up to the house and make a pot of tea."
    text = f"{twice}\n\nIt is on [the site of the town](https://a.example/when)\n\n{twice}\n\nSo it ends."
    assert "[the site of the town](https://a.example/when)" in cleaned(text, least_words=3).text


@pytest.mark.parametrize(
    ("language", "ending"),
    [
        ("en", "See you on the quay 👋"),
        ("en", "It was late. :)"),
        ("en", "Look it up with `ferry --when`"),
        ("en", "All times are in [the plan](https://a.example)"),
        ("en", "It was late. ([Plan](https://a.example))"),
        ("de", "Die Karte kostet 40 €"),
        ("fr", "À bientôt 😊"),
        ("ja", "とても楽しかったです♪"),
        ("ja", "乗り遅れました（笑）"),
        ("zh", "船还没有开～"),
        ("ko", "다음 배를 탔어요~"),
    ],
)
def test_a_text_may_end_in_a_sign(language: str, ending: str) -> None:
    """Where the token limit cut it, the last sentence goes all the same."""
    text = f"{TEXTS[language]}\n\n{ending}"
    assert cleaned(text, language=language, least_words=5).text == text
    expected = Expected(phrases=PHRASES, language=language, least_words=5)
    assert clean(Reply(text, "m", finish="length"), expected=expected).text != text


def test_json_in_a_fence_and_the_line_ends_of_a_string_are_read() -> None:
    """Also with a sentence above it, and with no quotes left around it."""
    fenced = f"Here is the section:\n\n```json\n{json.dumps({'section': TEXT})}\n```"
    assert cleaned(fenced).text == TEXT
    assert cleaned(TEXT.replace("\n", "\\n")).text == TEXT


def test_folded_thoughts_in_code_and_written_line_ends_beside_real_ones_are_text() -> None:
    told = 'It folds them in `<details type="reasoning">` and closes them with `</details>` again, each time.'
    assert cleaned(f"{TEXT}\n\n{told}").text.endswith(told)
    told = 'The old program joins them with "\\n\\n" and nothing else, so that each stands alone.'
    assert cleaned(f"{TEXT}\n\n{told}").text.endswith(told)


def test_a_page_in_a_fence_is_a_text_where_the_draft_has_no_code() -> None:
    page = "".join(f"<p>{one}</p>\n" for one in TEXT.split("\n\n"))
    assert cleaned(f"```html\n{page}```", may_have_code=False).text == TEXT
    assert "<p>" in cleaned(f"{TEXT}\n\n```html\n{page}```").text


@pytest.mark.parametrize(
    "around",
    [
        ("Here is the letter:", "My aunt never answered it."),
        ("This is what I tell it every morning:", "It has served me well for a year."),
        ("A good note looks like this:", "See how it gives a reason."),
        ("Das schreibe ich jedem, der fragt:", "Kurz genug ist es."),
    ],
)
@pytest.mark.parametrize("fence", ["```", "```text", "```markdown"])
def test_a_text_that_a_post_shows_in_a_fence_keeps_what_is_said_of_it(
    around: tuple[str, str], fence: str
) -> None:
    """Only around a model's text, all is said to the user; where the draft has no code, no words go either."""
    shown = f"{around[0]}\n\n{fence}\n{TEXT}\n```\n\n{around[1]}"
    assert cleaned(shown).text == shown
    plain = cleaned(shown, may_have_code=False).text
    assert plain.startswith(around[0]) and TEXT in plain and plain.endswith(around[1])


def test_an_indent_or_a_quote_of_all_of_it_is_no_text() -> None:
    assert cleaned("\n".join(f"    {line}".rstrip() for line in TEXT.split("\n"))).text == TEXT
    assert cleaned("\n".join(f"> {line}".rstrip() for line in TEXT.split("\n"))).text == TEXT


@pytest.mark.parametrize(
    "ending", ["Er sagte: „Komm.“", "Er rief: »Komm!«", "Il disait : « Viens. »", "Lei dice: «Vieni.»"]
)
def test_closing_quotation_marks_of_any_kind_end_a_sentence(ending: str) -> None:
    assert cleaned(f"{TEXT} {ending}").text == f"{TEXT} {ending}"


def test_a_heading_with_eszett_is_found_in_the_whole_draft() -> None:
    text = "Wer morgens geht, trifft niemanden. Am Abend sind alle auf der Brücke und reden über das Wetter."
    draft = (
        f"# Am Fluss\n\nDas Dorf ist klein.\n\n## Das Große Floß\n\n{text}\n\n## Ende\n\nSo war das damals."
    )
    place = {"own_headings": ("Am Fluss", "Das Große Floß"), "outline": ("Ende",)}
    assert cleaned(draft, **place, examples=("Das Dorf ist klein.\n\nSo war das damals.",)).text == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "nl",
            "Ons het die ou boot verkoop, maar niemand wou hom hê nie. Dit was 'n goeie boot, en ons was baie lief vir hom. Hy lê nou daar en wag.",
        ),
        (
            "nl",
            "Dis eers laat in die aand dat die veerboot uitvaar. Die visser bly by sy net, en vroeër het ek nêrens 'n lig gesien as die mis kom.",
        ),
        (
            "es",
            "Hem venut la barca vella, però ningú no la volia. Era una bona barca, i nosaltres érem molt feliços amb ella perquè no feia aigua. Aquest any és més trist.",
        ),
        (
            "pt",
            "Vendemos a barca vella, mais ninguén a quería. Era unha boa barca, e nós non pedíamos moito. Cando chove aínda me lembro dela, e xa non vou ao mar.",
        ),
        (
            "ru",
            "Продадохме старата лодка, но никой не я искаше. Това беше хубава лодка, която няма да забравя. Когато вали, ще си спомням за нея.",
        ),
    ],
)
def test_a_neighbouring_language_is_refused(language: str, text: str) -> None:
    """By its small words, where letters don't tell it."""
    assert cleaned(text, language=language, examples=(TEXTS[language],)).reason == Fault.LANGUAGE
    assert cleaned(TEXTS[language], language=language, least_words=5).text == TEXTS[language]


def test_thai_that_the_token_limit_cut_ends_at_a_blank() -> None:
    """It has no full stops, and a letter may end a word or be in the middle of it."""
    text = "เรือออกตอนหกโมงเช้า ไม่มีใครพูดอะไรเลย ฉันนับนกแล้วเดินกลับบ้านไปชงช"
    expected = Expected(phrases=PHRASES, least_words=1)
    assert clean(Reply(text, "m", finish="length"), expected=expected).text == text.rpartition(" ")[0]


def test_what_the_author_does_as_well_is_left() -> None:
    """A post that shows Markdown in fences, or that quotes, may be given more of it; a closing tag has its opening."""
    shown = f"A post is a file such as this one:\n\n```markdown\n# The ferry\n\n{TEXT}\n```\n\nIt needs no more than that."
    assert cleaned(shown, examples=("Write it so:\n\n```markdown\n# A post\n```",)).text == shown
    quoted = "\n".join(f"> {line}".rstrip() for line in TEXT.split("\n"))
    assert cleaned(quoted, examples=("The sign said:\n\n> Wait here.",)).text == quoted
    small = f"{TEXT}\n\n<small>\nThe horn is old, and so is the man who sounds it.\n</small>"
    assert cleaned(small).text == small


@pytest.mark.parametrize(
    "last",
    [
        "I hope this post helps you to see why nobody on the island has ever owned a watch that goes.",
        "We want the captain to feel the full weight of a change in the wind.",
        "Feel free to use the pictures below.",
    ],
)
def test_a_last_paragraph_on_the_matter_is_no_remark(last: str) -> None:
    assert cleaned(f"{TEXT}\n\n{last}").text == f"{TEXT}\n\n{last}"


@pytest.mark.parametrize("signs", [", ", "Sure, ", "- ", "[(", "："])
@pytest.mark.timeout(60)
def test_a_sentence_of_signs_is_read_in_time(signs: str) -> None:
    """Nobody says so much to a user; to look for it takes minutes."""
    assert cleaned(f"{TEXT}\n\n{signs * 30000}").text.startswith(TEXT[:40])


@pytest.mark.timeout(60)
def test_agreement_without_end_is_read_in_time() -> None:
    """A preamble has few sentences; to compare thousands takes minutes."""
    small, large = (calls(partial(cleaned, "Sure! " * count + TEXT)) for count in (500, 4000))
    assert large < 10 * small


@pytest.mark.timeout(60)
def test_a_long_option_is_read_in_time() -> None:
    """A line is looked at once for where the text speaks of an option, not from each of its words on."""
    assert cleaned(f"Option 1:\n\n{TEXT}\n\nOption 2:\n{'rope ' * 20000}").text


@pytest.mark.timeout(60)
def test_blanks_without_end_are_read_in_time() -> None:
    """Some models write them until they are stopped; what may be a label is looked for among few of them."""
    assert cleaned(f"The ferry{' ' * 30000}leaves. {TEXT}", before="The ferry").text


@pytest.mark.parametrize("signs", ["-\n", "- ", "1.\n", ">", "> "])
def test_marks_without_end_are_read_in_time(signs: str) -> None:
    """Above a text, below it and alone: each line of rules, and each list within a list, is read once."""
    for form in ("{signs}\n\n{TEXT}", "{TEXT}\n\n{signs}", "{signs}"):
        small, large = (
            calls(partial(cleaned, form.format(signs=signs * count, TEXT=TEXT))) for count in (150, 1200)
        )
        assert large < 10 * small


@pytest.mark.timeout(60)
def test_closing_tags_without_end_are_read_in_time() -> None:
    assert cleaned(f"{TEXT}\n" + "</draft>\n" * 30000).text == TEXT


@pytest.mark.parametrize("around", ["Assistant: ", "<think>hm</think>", "\n"])
def test_what_a_model_says_over_and_over_costs_no_text(around: str) -> None:
    """Each is read in one pass: without one, thousands end in a `RecursionError`, or never."""
    assert cleaned(around * 5000 + TEXT).text == TEXT


@pytest.mark.timeout(60)
def test_changes_without_end_are_read_in_time() -> None:
    """Each begins a search for the end of its own, which never comes."""
    assert cleaned("<<<<<<< SEARCH\n=======\n" * 10_000).reason == Fault.EDIT


@pytest.mark.parametrize(
    "form",
    [
        "<<<<<<< SEARCH\n## The ferry\n=======\n## The ferry\n\n{}\n>>>>>>> REPLACE",
        "Here it is:\n\n<<<<<<< SEARCH\nTODO: ferry\n\nIt was late.\n=======\n{}\n\nIt was late.\n>>>>>>> REPLACE\n",
        "island.md\n```\n<<<<<<< ORIGINAL\n=======\n{}\n>>>>>>> UPDATED\n```",
    ],
)
@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_the_text_of_a_lone_change_is_taken(form: str, language: str) -> None:
    """The lines that it only finds its place by are not the text; two changes are a change of the draft."""
    answer = form.format(TEXTS[language])
    for one in (answer, f"<think>\nAn edit.\n</think>\n{answer}"):
        assert cleaned(one, language=language, may_have_code=False).text == TEXTS[language]
    assert cleaned(f"{answer}\n\n{answer}", language=language, may_have_code=False).reason == Fault.EDIT


EDITS = (
    "I've added it:\n\n```diff\n+{}\n```",
    "```patch\n@@ -5,3 +5,5 @@\n ## The ferry\n+{}\n```\n",
    "--- a/island.md\n+++ b/island.md\n@@ -5,3 +5,5 @@\n ## The ferry\n \n+{}\n",
    "@@ -5,3 +5,5 @@\n ## The ferry\n \n+{}\n",
    "*** Begin Patch\n*** Update File: island.md\n@@ ## The ferry\n+{}\n*** End Patch",
)


@pytest.mark.parametrize("form", EDITS)
@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_a_change_for_a_program_to_make_is_no_text(form: str, language: str) -> None:
    """It is called what it is, thought about or not; a post that shows such things may have more of them."""
    answer = form.format(TEXTS[language])
    for one in (answer, f"<think>\nAn edit.\n</think>\n{answer}"):
        assert cleaned(one, language=language, may_have_code=False).reason == Fault.EDIT
    assert cleaned(answer, language=language, examples=(answer,)).reason != Fault.EDIT


@pytest.mark.parametrize(
    ("text", "has_code"),
    [
        (
            f"The change is small:\n\n```diff\n--- a/quay.py\n+++ b/quay.py\n-gulls = 3\n+gulls = 4\n```\n\n{TEXT}",
            True,
        ),
        ("Git marks both sides with `<<<<<<< HEAD` and `>>>>>>> main`, and waits until I choose one.", True),
        (f"{TEXT}\n\n---\n\nNobody has counted them since.", False),
        ("--- and nobody knows why. The gulls were there before the ferry, and they stay.", False),
    ],
)
def test_a_text_that_shows_a_change_is_text(text: str, has_code: bool) -> None:
    assert cleaned(text, may_have_code=has_code).text


PLANS = {
    "en": ("Plan", "Section"),
    "de": ("Gliederung", "Abschnitt"),
    "fr": ("Plan", "Section"),
    "es": ("Esquema", "Sección"),
    "pt": ("Plano", "Seção"),
    "it": ("Scaletta", "Sezione"),
    "nl": ("Opzet", "Tekst"),
    "ru": ("План", "Раздел"),
    "zh": ("大纲", "正文"),
    "ja": ("構成", "本文"),
    "ko": ("개요", "본문"),
}


@pytest.mark.parametrize(
    "form",
    [
        "{}:\n1. A\n2. B\n\n{}:\n{}",
        "**{}:**\n- A\n- B\n\n**{}:**\n\n{}",
        "### {}\n\n- A\n- B\n\n### {}\n\n{}",
    ],
)
@pytest.mark.parametrize("language", PLANS)
def test_a_plan_above_the_text_goes(language: str, form: str) -> None:
    assert cleaned(form.format(*PLANS[language], TEXTS[language]), language=language).text == TEXTS[language]


def test_a_section_called_plan_keeps_its_text() -> None:
    """Its heading comes back above it, and no text of its author's ends at a label."""
    answer = f"## Plan\n\n{TEXT}\n\nText:\n\nThe last line was never written."
    assert "gulls" in cleaned(answer, own_headings=("Notes from an island", "Plan")).text
    assert cleaned(f"Plan: I count the gulls until the horn sounds.\n\n{TEXT}").text.startswith(
        "Plan: I count"
    )


def test_many_ends_of_boxes_above_words_are_read_in_no_time() -> None:
    begun = process_time()
    assert not _is_whole("It is old." + "\n:::" * 10_000 + "\nand then")
    assert _is_whole("It is old.\n\n:::\n::::\n")
    assert process_time() - begun < 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", [":::a" + ":" * 9000 + "b", "a" + "\n" * 30000 + "b"])
def test_long_runs_of_signs_at_an_end_are_read_in_no_time(text: str) -> None:
    begun = process_time()
    assert without_lead_in(text) == text
    assert "b" in with_closed_boxes(text, Expected(phrases=PHRASES))
    assert process_time() - begun < 0.5


def test_entities_are_signs_where_the_author_writes_none() -> None:
    """But in code, and what would be a tag or another entity without them."""
    text = "We call it the &quot;old&quot; ferry of Smith &amp; Sons, and it&#39;s late &mdash; as ever. `&amp;` is &lt;b&gt; or &amp;lt;."
    plain = 'We call it the "old" ferry of Smith & Sons, and it\'s late — as ever. `&amp;` is &lt;b&gt; or &amp;lt;.'
    assert cleaned(text).text == plain
    assert cleaned(text, examples=("Smith &amp; Sons were late.",)).text == text
    assert cleaned(text, examples=("In HTML, a sign may be a word.",)).text == text


def test_the_name_of_the_authors_block_is_not_said_twice() -> None:
    for text in (TEXT, "Die Fähre kommt um sechs, und niemand wartet auf sie, weil der Hafen leer ist."):
        assert cleaned(f"{text} ^p1", note="TODO: tell ^p1").text == text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("**The ferry:** {}", {}),
        ("**Rope:** {}", {"note": "TODO: rope"}),
        ("```\n> {}\n```", {"may_have_code": False}),
    ],
)
def test_a_label_that_names_the_place_and_a_fence_around_a_quote_go(
    answer: str, expected: dict[str, str]
) -> None:
    """Where the author labels paragraphs, the label stays."""
    text = TEXT.replace("\n\n", " ")
    assert cleaned(answer.format(text), **expected).text == text
    if "note" in expected:
        own = cleaned(answer.format(text), examples=("**Wind:** It blew all night.",), **expected)
        assert own.text == answer.format(text)


def test_two_short_items_may_say_the_same() -> None:
    """The line above a place comes again by chance in `Knit one.`, if more than one item fits, and no longer one."""
    rows = "- Knit one.\n- Purl one, and turn the work around before the last of the stitches is slack."
    assert cleaned(rows, around=(("-Knitone.",), ())).text == rows
    above = "- Cast on forty stitches.\n"
    assert cleaned(above + rows, around=(("-Castonfortystitches.",), ())).text == rows
    one = rows.partition("\n- ")[2]
    assert cleaned(rows, around=(("-Knitone.",), ()), inline=True).text == one


@pytest.mark.parametrize(
    ("text", "stub"),
    [
        ("Hon gick ned till kajen på kvällen. Sedan sade hon: ”Båten går klockan sex.”", ""),
        ('Wir warteten am Kai auf das Schiff. Da sagte sie: „Wir gehen jetzt heim."', ""),
        ("我们在码头等船，等了一个下午（因为下雨。)", ""),
        ("We waited on the quay all day, and then it came! ^^", ""),
        ("I took two things to the boat:\n\n- A hammer of my own\n- The “Sonic screwdriver” tool", ""),
        ("We waited on the quay. The times of the ferry are in appendix B.12", ""),
        ("$$\\text{speed of the boat} = \\frac{\\text{way}}{\\text{time on the sea}}$$", ""),
        ("left the quay at noon and came home at six.”", "She said: “We"),
        ("it rained on the quay all day long.)", "We stayed home (because"),
        ("so late on the quay that nobody saw us.*", "*We were"),
    ],
)
def test_marks_names_and_formulas_at_an_end_are_part_of_the_text(text: str, stub: str) -> None:
    """What opens them may be in the author's words before it."""
    own = {"stub": stub, "replaces_stub": True, "goes_on": True} if stub else {}
    assert cleaned(text, **own).text == f"{stub} {text}".strip()
