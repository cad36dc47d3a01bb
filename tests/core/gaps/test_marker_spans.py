"""A marker's span is the note itself: what is around it is the author's text and stays."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

AROUND = (
    "# Harbour\n\nWe moved here in March, and the tide table was wrong.\n\n{}\n\n## Later\n\n"
    "We sold it in autumn to a man from the next town, who wanted it for his sons.\n"
)


@pytest.mark.parametrize(
    ("paragraph", "note"),
    [
        ("We left (TODO: explain why) and nobody minded.", "(TODO: explain why)"),
        ("We left [TODO: when?] and nobody minded.", "[TODO: when?]"),
        ("The quay (depth: TODO sound it) is crowded. We moored there.", "TODO sound it"),
        ("The pier (length: TODO, ask Ida) is old. We moored there.", "TODO, ask Ida"),
        ("Die Mole (Baujahr: TODO) ist alt. Wir legten dort an.", "TODO"),
        ("The crane (we guess; TODO: ask Ida) is old.", "TODO: ask Ida"),
        ("港（深さ：TODO、要確認）は古いです。", "TODO、要確認"),
        ("The rope is hemp – TODO: which length – and it rots.", "TODO: which length"),
        ("The gull comes—TODO: when—and goes. We wait.", "TODO: when"),
        ("The rope was wet; TODO: say why; and nobody hung it up.", "TODO: say why"),
        ("*Fig. 3. The old pier. TODO: which year*", "TODO: which year"),
        ("We moored. **TODO:** tell how", "**TODO:** tell how"),
        ("*It was wet. **TODO:** say why*", "**TODO:** say why"),
        ("**TODO: say why. It went on.**", "TODO: say why."),
        ("> **TODO: sag, wie. Das Boot war alt.** Ida kam mit.", "TODO: sag, wie."),
        ("TODO (say why) It went on.", "TODO (say why)"),
        ("**TODO** **say why** It went on.", "**TODO** **say why**"),
        ("TODO (Ida) Say when she came.", "TODO (Ida) Say when she came."),
        ("[TODO: say why](", "[TODO: say why]("),
        ("(TODO: winter)[say how cold it was]", "(TODO: winter)[say how cold it was]"),
        ("TODO: zum 20. Jahrhundert. It went on.", "TODO: zum 20. Jahrhundert."),
        ("Wir legten an. <b>TODO</b>: sag, wie", "<b>TODO</b>: sag, wie"),
        ("We took the rope -- TODO explain the rope -- and then the oars.", "TODO explain the rope"),
        ("**Wet. TODO: why?** The driver was angry.", "TODO: why?"),
        ("*The tide rose. TODO: say how far*, and we ran.", "TODO: say how far"),
        ("The gate ==was shut. TODO: say why==, so we swam.", "TODO: say why"),
        ("<u>It was dark. TODO: say how dark</u> when we came.", "TODO: say how dark"),
        ("**The tide\nrose. TODO: describe the noise.** Nobody spoke.", "TODO: describe the noise."),
        ("“We ran. TODO: where to?” she asked.", "TODO: where to?"),
        ('"TODO: describe the wind"', '"TODO: describe the wind"'),
        ("<p>TODO: describe <b>the gull</b> here</p>", "TODO: describe <b>the gull</b> here"),
        ("<p>It is <b>old; TODO: say <i>how</i> old</b> and wet.</p>", "TODO: say <i>how</i> old"),
        ("The fog came… TODO: describe it… and went.", "TODO: describe it"),
        ("The fog came… TODO: the noise… Then we slept.", "TODO: the noise…"),
        ("TODO: oars, sails, etc. Sails were dear that year.", "TODO: oars, sails, etc."),
        ("Das Boot war alt. TODO: Ruder, Segel usw. Im Mai kam Ida.", "TODO: Ruder, Segel usw."),
        ("TODO: вёсла, парус и т. д. В мае мы уехали.", "TODO: вёсла, парус и т. д."),
        ("TODO the oars.", "TODO the oars."),
        ("TODO my aunt’s nets.", "TODO my aunt’s nets."),
        ("The anchor weighed TODO kilos.", "TODO"),
        ("The chain weighed TODO stone.", "TODO"),
        ("My aunt lost TODO oars, and we found one.", "TODO"),
        ("TODO: the oars.[^1] The nets were torn.", "TODO: the oars.[^1]"),
        ("TODO: the oars.[@berg, p. 3] The nets were torn.", "TODO: the oars.[@berg, p. 3]"),
        ("TODO: the oars.</b> The nets were torn.", "TODO: the oars.</b>"),
        ("TODO：オール。 🙂網は古かった。", "TODO：オール。"),
        ("TODO：オール。 [^1]網は古かった。", "TODO：オール。 [^1]"),
        (
            "TODO: say more of Dr. Berg and the oars. In May we left.",
            "TODO: say more of Dr. Berg and the oars.",
        ),
        ("TODO: ask about the U.S. Navy and the pier", "TODO: ask about the U.S. Navy and the pier"),
        ("TODO: vitamin C. Then we slept.", "TODO: vitamin C."),
        ("नाव पुरानी है। TODO: रंग। नाव तेज़ है।", "TODO: रंग।"),
        (
            "<Note>TODO: describe *the gull* and **its nest**</Note>",
            "TODO: describe *the gull* and **its nest**",
        ),
        ("« Nous partons. À FAIRE : qui ? » dit-il.", "À FAIRE : qui ? "),
        ("{{< note >}}It is old. TODO: say how old. It is ours.{{< /note >}}", "TODO: say how old."),
        ('<Card title="Oars">It is old. TODO: say how old. It is ours.</Card>', "TODO: say how old."),
        ("We left.^[TODO: say when we left] Then we slept.", "TODO: say when we left"),
        ("<p>TODO: say how old<br/>It is ours.</p>", "TODO: say how old"),
        ("港は**静かだ。TODO：理由**です。そして帰った。", "TODO：理由"),
        ("The crane is old; TODO: why; when; how", "TODO: why; when; how"),
        (
            "It is wet.&nbsp;TODO: explain the knot; explain the splice.",
            "TODO: explain the knot; explain the splice.",
        ),
        ("*The crane is old; TODO: ask Ida*", "TODO: ask Ida"),
        ("船は古くて、TODO：年、とても遅いです。", "TODO：年"),
        ("- Salt – TODO how much", "TODO how much"),
        ("TODO: a ferry? a tram? (not by car!)", "TODO: a ferry? a tram? (not by car!)"),
        ("FIXME: cordes, voiles, …, rames. etc.", "FIXME: cordes, voiles, …, rames. etc."),
        ("To myself: TODO: ring the harbour. It opens at six.", "TODO: ring the harbour."),
        ("The house was cold (TODO). In the spring we left it.", "(TODO)"),
        ("TODO explain why. In the spring we left the house.", "TODO explain why."),
        (
            "TODO: add the stove. Mention the pipes. We left in May.",
            "TODO: add the stove. Mention the pipes.",
        ),
        ("TODO: describe the stove,\nthe pipes and the man.\nWe left in May.", None),
        ("TODO: say (in short) how cold it was", "TODO: say (in short) how cold it was"),
        ("> TODO: describe the stove", "TODO: describe the stove"),
        ("It was cold. TODO: by how much? We left in May.", "TODO: by how much?"),
        ("We met him **TODO: when?** on the pier.", "**TODO: when?**"),
        ("**TODO: say why.** We met him on the pier.", "**TODO: say why.**"),
        ("**TODO:** say why. We met him on the pier.", "**TODO:** say why."),
        ("We met him _TODO: when?_ on the pier.", "_TODO: when?_"),
        ("We met him <mark>TODO: when?</mark> on the pier.", "<mark>TODO: when?</mark>"),
        ("We met him {{TODO: when?}} on the pier.", "{{TODO: when?}}"),
        ("We left (when? TODO) and nobody minded.", "(when? TODO)"),
        ("We met him TODO: when? And then we left.", "TODO: when?"),
        ("We met him on **[FIXME: which?]** pier.", "[FIXME: which?]"),
        ("Nous sommes partis {TODO : quand ?} en mars.", "{TODO : quand ?}"),
        ("港は寒かったです【TODO: いつ？】。私たちは引っ越しました。", "【TODO: いつ？】"),
        ("<p>The mill was old. TODO</p>", "TODO"),
        ("We met [TODO: where?](https://example.org) in May.", "TODO: where?"),
        ("TODO：天気を書く．春に家を出ました．", "TODO：天気を書く．"),
        ("TODO: say how we met\nMention the radio.\nWe left.", "TODO: say how we met\nMention the radio."),
        ("TODO: say how.\nAdd a picture.\nPlace names are long.", "TODO: say how.\nAdd a picture."),
        ("[TODO: the stove and\nthe pipes] 🚧\nWe left.", "[TODO: the stove and\nthe pipes] 🚧"),
        ("> (TODO: the stove and\n> the pipes)", "(TODO: the stove and\n> the pipes)"),
        ("【TODO：煙突、\nストーブ】", "【TODO：煙突、\nストーブ】"),
        ("> TODO: describe the stove\n> and the pipes", "TODO: describe the stove\n> and the pipes"),
        ("<p>The gate was open (TODO: say why) for us.</p>", "(TODO: say why)"),
        ("<p>It was <b>cold</b> [TODO: say why], and we left.</p>", "[TODO: say why]"),
        ("The lamp went out, and in the dark\nTODO\nthe gulls came in.", "TODO"),
        ("> The lamp went out, and in the dark\n> TODO: the cat\n> the gulls came in.", "TODO: the cat"),
        ("- The pump stopped because\n  FIXME: which valve\n  the valve was stuck.", "FIXME: which valve"),
        ("The door is shut;\nTODO: the windows\nthe gate is not. We have no key.", "TODO: the windows"),
        ("The cook sings. TODO\nthe cook is old. He shouts.", "TODO"),
        ("Die Pumpe stand, weil\nTODO\ndas Ventil klemmte.", "TODO"),
        ("TODO: say why the\ncook sings. He shouts.", "TODO: say why the\ncook sings."),
        ("TODO\nthe years before the war", "TODO"),
        ("The north door: TODO. It squeaks.", "TODO."),
        ("FIXME. The cook is at the door.", "FIXME."),
        ("The cook sings. TODO! He is old.", "TODO!"),
        ("Le quai nord : À FAIRE. La pierre est lourde.", "À FAIRE."),
        ("TODO。門は冬に閉まります。", "TODO。"),
        ("We called the boat <TODO: her name>, and she sailed well. We left.", "<TODO: her name>"),
        ("@@TODO: say why@@ We left the house.", "@@TODO: say why@@"),
        ("They close at six TODO: say why. Everybody knows.", "TODO: say why"),
        ("<p>We moored at TODO: which pier? It rained.</p>", "TODO: which pier?"),
    ],
)
def test_the_span_ends_with_the_note(paragraph: str, note: str | None) -> None:
    """It reaches to the closing bracket, or to the end of its sentence, over all its lines."""
    draft = parse(AROUND.format(paragraph).encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == (note or "TODO: describe the stove,\nthe pipes and the man.")


@pytest.mark.parametrize(
    "note",
    [
        "(TODO) tell how we moored",
        "[TODO] Tell how we moored",
        "{FIXME} explain the ropes, the oars and the tide",
        "**(TODO)** tell how we moored",
        "**[TODO]:** tell how we moored",
        "(TODO): the ropes and the oars",
        "(TODO)[what should I tell of the ropes]",
        "[TODO][tell how we moored]",
        "[TODO](tell how we moored)",
        "（TODO）：the ropes and the oars",
    ],
)
def test_a_marker_in_brackets_has_its_note_behind_it(note: str) -> None:
    """The brackets set it off as a colon does, and are no note of their own, in whatever block they are."""
    for mark in ("", "- ", "1. ", "> ", "We moored at nine. ", "| Boat | Note |\n|---|---|\n| x | "):
        draft = parse(AROUND.format(mark + note + " |" * mark.startswith("|")).encode())
        (gap,) = find_gaps(draft, words=load_words())
        assert draft.text(gap.span) == note, mark
        assert gap.confidence >= SURE
        assert "TODO" not in gap.instruction


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("(TODO)", " We left at noon, and it rained."),
        ("[FIXME]", " was on the wall in red letters."),
        ("**(TODO)**", " The door was shut. We swam."),
    ],
)
def test_a_finished_sentence_behind_a_marker_in_brackets_stays(note: str, text: str) -> None:
    """It may be what is to be changed, and `--yes` waits."""
    draft = parse(AROUND.format(note + text).encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) in note
    assert gap.confidence < SURE


def test_a_fact_in_brackets_has_no_note_behind_it() -> None:
    """Its words go on with the sentence, and so do a link's."""
    for text, fact in (("[TBD] euros", "[TBD]"), ("(TK) people came", "(TK)"), ("[TODO][1] rope", "TODO")):
        draft = parse(AROUND.format(f"{text}\n\n[1]: http://example.org").encode())
        (gap,) = find_gaps(draft, words=load_words())
        assert draft.text(gap.span) == fact


@pytest.mark.parametrize("opener", ['=== "Linux"', '!!! note "Winter"', "??? tip"])
def test_the_text_of_a_box_is_no_code(opener: str) -> None:
    """Its text is indented, which CommonMark takes for code after a blank line."""
    draft = parse(AROUND.format(f"{opener}\n\n    TODO: describe the stove").encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "TODO: describe the stove"


@pytest.mark.parametrize(
    ("paragraph", "notes"),
    [
        ("We left (TODO: why?) and met him [TODO: when?].", ["(TODO: why?)", "[TODO: when?]"]),
        ("It cost [TBD: sum] and took FIXME: days? in all.", ["[TBD: sum]", "FIXME: days?"]),
        ("TODO: why? We left, and met him (TODO: when?) in May.", ["TODO: why?", "(TODO: when?)"]),
        ("| Port | Boat |\n|---|---|\n| [TODO: which?] | a cobble (TODO: its name) |", None),
    ],
)
def test_an_earlier_marker_hides_no_later_one(paragraph: str, notes: list[str] | None) -> None:
    """A marker in brackets or with a colon is a note of its own, though the same word is before it."""
    draft = parse(AROUND.format(paragraph).encode())
    spans = [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())]
    assert spans == (notes or ["[TODO: which?]", "(TODO: its name)"])


@pytest.mark.parametrize(
    "paragraph",
    [
        "Dates that are to be determined (TBD) are printed in grey.",
        "The date is TBD (to be decided) until the council meets.",
        "| Sign | What it means |\n|---|---|\n| TBD | to be determined |\n| – | no boat |",
        "| Mark | Meaning |\n|---|---|\n| TODO | not begun |\n| FIXME | broken |\n| OK | done |",
        "The sum is $x_{TBD}$, and nobody knows it.",
        "*[TBA]: to be announced\n\nWhat is TBA is printed in grey.",
        "The labels are TODO: a task for later, DONE: a finished one.",
        "She said “TODO: buy rope” on her way to the boat.",
        "„FIXME“, rief sie, „ist kein Zustand.“",
        "«TODO» était le mot que nous lisions chaque jour.",
        "「TODO」と書いてある紙を見つけました。",
        "»TODO: Seil« stand in roter Schrift auf der Tür.",
        "‘TBD’ was written on the door.",
        "Press <kbd>TODO</kbd>, and the list of the day opens.",
        "I write the word TODO: it stands for what I left.",
        "We met him at TK Maxx (a shop), where he bought a coat.",
        "TODOを書きました。毎日使っています。",
        "| 키 | 설명 |\n|---|---|\n| A | TODO를 만든다. |",
        "[TODO Blick](https://example.org/a) hilft uns. ![TODO+ am Kai](kai.png)",
    ],
)
def test_signs_that_are_told_to_readers_are_no_markers(paragraph: str) -> None:
    """What the draft explains, or speaks of, is not left for the author."""
    draft = parse(AROUND.format(paragraph).encode())
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())] == []


@pytest.mark.parametrize(
    ("paragraph", "facts"),
    [
        ("The dam broke. TBD farms were lost, and nobody counted the hens.", ["TBD"]),
        ("The dam broke in TBD files. It was late.", ["TBD"]),
        ("The dam broke in TK, on the TK day of rain, and TK, TK and TK ran.", ["TK"] * 5),
        ("The miller (TBA) sold flour [TODO: how much?] (TODO: colour of the sacks) to us.", None),
        ("We met Olga [since when?] and the man [who?] there.", ["[since when?]", "[who?]"]),
        ("- [ ] buy XXX eggs for XXX euros", ["XXX", "XXX"]),
        ("- [ ] flour [FIXME: which mill?] and nothing else", ["[FIXME: which mill?]"]),
        ("Our list (TODO list) hung in the mill.", ["(TODO list)"]),
        ("他写了一个程序（TODO app）来记面粉。", ["（TODO app）"]),
        ("Two words (TODO and FIXME) are all it knows.", ["(TODO and FIXME)"]),
        ("The board (TODO, Doing, Done) hung in the mill.", ["(TODO, Doing, Done)"]),
        ("Sown on: DD.MM.YYYY", ["Sown on: DD.MM.YYYY"]),
        ("**Milled:** YYYY-MM-DD", ["**Milled:** YYYY-MM-DD"]),
    ],
)
def test_what_lacks_in_a_sentence_only_its_author_knows(paragraph: str, facts: list[str] | None) -> None:
    """Each is a gap of its own, with the marker's span alone: the words around it are no task."""
    draft = parse(AROUND.format(paragraph).encode())
    gaps = [(draft.text(gap.span), gap.fillable) for gap in find_gaps(draft, words=load_words())]
    facts = facts or ["(TBA)", "[TODO: how much?]", "(TODO: colour of the sacks)"]
    assert gaps == [(text, False) for text in facts]


@pytest.mark.parametrize(
    "paragraph",
    [
        "TK explain how the dam broke.",
        "TK anecdote about the hens",
        "We sold flour (TODO: explain why) to all.",
        "We sold flour (TODO: my notes) to all.",
        "We sold flour (TODO list all kinds) to all.",
        "We sold flour [TODO: tell which of the farms was lost and what its people did next] to all.",
    ],
)
def test_a_note_that_asks_for_a_text_can_be_written(paragraph: str) -> None:
    """A longer one may well name a fact."""
    (gap,) = find_gaps(parse(AROUND.format(paragraph).encode()), words=load_words())
    assert gap.fillable


def test_each_of_two_notes_on_a_line_ends_with_its_sentence() -> None:
    """A fact in brackets before them is a third one; two markers before one note are one."""
    draft = parse(AROUND.format("The dam broke (TBD). TODO: the hens. FIXME: the mill.").encode())
    spans = [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())]
    assert spans == ["(TBD)", "TODO: the hens.", "FIXME: the mill."]
    for note in ("TODO/FIXME: say how", "(TODO/FIXME: say how)"):
        draft = parse(AROUND.format(note).encode())
        (gap,) = find_gaps(draft, words=load_words())
        assert (draft.text(gap.span), gap.instruction) == (note, "say how")


def test_whom_a_note_is_for_is_no_part_of_what_it_asks() -> None:
    """Names and numbers right behind a marker say who, not what."""
    draft = parse(AROUND.format("TODO(anna): say why\n\nFIXME(#12): say when\n\nTODO (say how)").encode())
    asked = [gap.instruction for gap in find_gaps(draft, words=load_words())]
    assert asked == ["say why", "say when", "(say how)"]


def test_a_marker_that_a_post_is_about_is_no_gap() -> None:
    """Its title names it, in the front matter or above the text; a note that opens a line is one still."""
    about = "Each [TODO: name] note has a name in it, which is what TODO stands for."
    draft = parse(AROUND.replace("# Harbour", "# How I write TODO comments").format(about).encode())
    assert find_gaps(draft, words=load_words()) == ()
    draft = parse(draft.data.replace(about.encode(), b"TODO: explain why I do."))
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "TODO: explain why I do."


def test_a_note_between_commas_ends_at_the_second() -> None:
    """The clause behind it is the author's."""
    draft = parse(b"# Hens\n\nWe rang the vet at noon, TODO explain why him, and he came by bus.\n")
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == "TODO explain why him"


def test_a_marker_in_the_place_of_a_word_is_for_its_author_to_fill() -> None:
    """It replaces a figure or a name, whichever marker it is."""
    paragraph = "They milled TODO sacks a day for us. TODO: say why."
    draft = parse(AROUND.format(f"{paragraph}\n\n" * 2).encode())
    gaps = {draft.text(gap.span): gap.fillable for gap in find_gaps(draft, words=load_words(), threshold=0.3)}
    assert gaps == {"TODO": False, "TODO: say why.": True}


def test_a_second_marker_on_a_line_is_no_name_of_a_list() -> None:
    """`A todo app: TODO, DONE` names its columns, `TODO jars … TODO` lacks two things."""
    draft = parse(
        AROUND.format("We sold TODO jars last year. TODO\n\n> TODO: say whom we sold them to").encode()
    )
    spans = [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())]
    assert spans == ["TODO", "TODO", "TODO: say whom we sold them to"]


@pytest.mark.parametrize("mark", ["", "> ", "- ", "1. "])
@pytest.mark.parametrize(
    "marker",
    ["TODO", "TODO.", "TODO: who", "(TODO: who)", "_TODO_", "**FIXME:** who", "<TODO: who>", "TBD", "[TK]"],
)
def test_no_finished_sentence_around_a_marker_is_part_of_it(mark: str, marker: str) -> None:
    """Behind it on the next line, before it on the same one, or on both sides of a wrapped sentence."""
    indent = "> " if mark == "> " else " " * len(mark)
    words = load_words()
    halves = [("The pump stopped because", "the valve was stuck."), ("The door is shut;", "the gate is not.")]
    whole = [("The cook sings.", "He is old."), ("The north door:", "It squeaks at night.")]
    for before, after in whole + halves * (not marker.endswith(".")):
        for text in (f"{before} {marker}\n{indent}{after}", f"{before}\n{indent}{marker}\n{indent}{after}"):
            draft = parse(AROUND.format(mark + text).encode())
            spans = [draft.text(gap.span) for gap in find_gaps(draft, words=words, threshold=0.3)]
            assert not [span for span in spans if after in span or before in span], text


@pytest.mark.parametrize(
    "paragraph",
    [
        "I read old logbooks. TODO stands on each of their pages. It always did.",
        "Im Logbuch steht viel. TODO steht auf jeder Seite.",
        "TODO字在每一页上。这是船长的字。",
        "The bilge smells TODO: why and the pump is loud.",
        "*FIXME* hieß ihr Boot, und es fuhr jeden Freitag.",
        "**TODO**是墙上用红漆写的。",
        "**TODO ESTO** lo dijo mi padre.",
        "TODO, said Ida, is a word for lists.",
        "TODO (the oars) Ida was late.",
        "The notes (FIXME, mostly) fill a drawer.",
        "The drawer holds my notes (TODO etc.).",
        "Die Zettel [TODO, natürlich] füllen eine Schublade.",
        "引き出しのメモ（TODOとDONE）は古いです。",
    ],
)
def test_what_reads_as_a_sentence_is_never_replaced_unseen(paragraph: str) -> None:
    """Where the words after a marker may be the author's, the place is doubtful; others aren't."""
    draft = parse(AROUND.format(f"{paragraph}\n\nTODO: say more").encode())
    first, last = find_gaps(draft, words=load_words())
    assert first.confidence < SURE < last.confidence


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("TODO: the trip to the U.S.", "Oars were dear that year."),
        ("TODO: the oars of Berg & Co.", "Sails were dear that year."),
        ("TODO: Ruder, Segel u. a.", "Im Mai kam Ida aus dem Hafen."),
        ("TODO：雾……", "后来我们回家了。"),
        ("TODO: the flat on Elm St.", "The stairs were steep in those years."),
        ("TODO: the bread from 12 Well St.", "Ben ate it on the way to the harbour."),
        ("TODO: the letter of Tom Reed Sr.", "Nobody had read it before us."),
    ],
)
def test_where_an_abbreviation_may_end_a_note_the_rest_is_the_authors(note: str, text: str) -> None:
    """A sentence behind it stays, and `--yes` waits, because it may be of the note."""
    draft = parse(AROUND.format(f"{note}{'' if note.endswith('…') else ' '}{text}").encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == note
    assert gap.confidence < SURE


@pytest.mark.parametrize(
    "note", ["TODO: der Turm, siehe S. 40.", "TODO: Wagen Nr. 7.", "TODO: Treffen um 12."]
)
def test_where_a_number_may_end_a_note_in_german_the_rest_is_the_authors(note: str) -> None:
    """Its stop makes an ordinal of it, or ends a sentence."""
    draft = parse(
        f"# Das Boot\n\nIda und wir lagen mit dem Boot im Hafen.\n\n{note} Dann kam sie mit.\n".encode()
    )
    (gap,) = find_gaps(draft, words=load_words())
    assert (draft.text(gap.span), gap.confidence < SURE) == (note, True)


def test_in_a_finished_post_a_sentence_about_a_marker_is_no_gap() -> None:
    """The post says that it is finished, and its words are a sentence's."""
    text = "---\ndraft: false\n---\n# Old\n\nI read logbooks. TODO stands on each page. It always did.\n"
    assert find_gaps(parse(text.encode()), words=load_words()) == ()


@pytest.mark.parametrize(
    "paragraph",
    [
        "TODO: paint the boat. We left it.",
        "We left the boat. TODO explain why. It rots.",
        "TODO: old logbooks.",
        "**TODO** explain why the boat rots.",
        "**TODO**: old logbooks.",
    ],
)
def test_a_note_is_no_doubtful_place(paragraph: str) -> None:
    """A colon after the marker, or a word that tells what to do, shows that it is one."""
    draft = parse(AROUND.format(paragraph).encode())
    assert [gap.confidence >= SURE for gap in find_gaps(draft, words=load_words())] == [True]


@pytest.mark.parametrize(
    "paragraph",
    ["The quay (depth: TODO) is old.", "The pier [built: TODO] is old.", "港（深さ：TODO）は古いです。"],
)
def test_a_value_behind_its_label_in_brackets_is_asked_of_the_author(paragraph: str) -> None:
    """The label stays, and so do the brackets."""
    draft = parse(AROUND.format(paragraph).encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert (draft.text(gap.span), gap.fillable) == ("TODO", False)


FOG = {
    "ja": "朝から雨で、港は静かでした。",
    "zh": "早上下了雨，码头很安静。",
    "ko": "아침부터 비가 와서 항구는 조용했다.",
    "de": "Am Morgen lag Nebel auf dem See, und wir haben lange auf die Sonne gewartet.",
    "ru": "Утром над озером стоял туман, и мы долго ждали, когда взойдёт солнце.",
    "nl": "De ochtend was koud en de plas lag stil, want het was nog maar net lente.",
    "pt": "De manhã havia névoa no lago, e nós esperamos muito tempo pelo sol.",
}
"""Enough of each language to be known by."""


@pytest.mark.parametrize("note", ["Der Kahn, {}, lag im Schilf.", "Der Kahn – {} – lag im Schilf."])
@pytest.mark.parametrize(
    "told", ["schildern, wie alt er war", "sagen, wem er gehörte, und seit wann", "Farbe beschreiben"]
)
def test_a_note_in_german_holds_the_clauses_behind_its_commas(note: str, told: str) -> None:
    """German has a comma before a clause, which closes no aside."""
    draft = parse(f"# Kahn\n\n{FOG['de']}\n\n{note.format('TODO: ' + told)}\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == f"TODO: {told}"


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("ja", "船を出す前に歌うこと――{TODO：歌の由来}――は、昔の決まりです。"),
        ("ja", "猫は──{TODO：名前を書く}──いつも寝ていました。"),
        ("zh", "船底是黑的，{TODO：说明为什么}，孩子们都不怕它。"),
        ("zh", "浪很高。{TODO：写浪的\n颜色。}中午船就回来了。"),
        ("zh", "浪很高。{TODO：写码头上\n的人。}中午船就回来了。"),
        ("zh", "浪很高。{TODO：说明目的}\n中午船就回来了。"),
        ("ja", "波が高い。{TODO：港の朝を\n描写する。}昼に船が帰った。"),
        ("ja", "波が高い。{TODO：あとで}\n昼に船が帰りました。"),
        ("ko", "파도가 높다. {TODO: 항구의 그림에서\n시작한다.} 배가 왔다."),
        ("de", "Es war still. {TODO: erklären, warum der\nSteg fehlt.} Wir ruderten."),
        ("ru", "Вода, {TODO: описать, какая она, и почему}, была тёплой."),
        ("ru", "{TODO: описать берег, т. е. камыш и песок!} Вода тёплая."),
        ("nl", "{TODO: beschrijf het riet, d.w.z. de kleur.} Wij voeren."),
        ("pt", "{TODO: descrever o barco, p. ex. a cor.} Nós remamos."),
    ],
)
def test_a_note_ends_where_it_does_in_its_language(language: str, note: str) -> None:
    """At the sign that opened its aside, over a line's end that ends nothing, behind an abbreviation."""
    before, told, after = note.replace("}", "{").split("{")
    draft = parse(f"# 1\n\n{FOG[language]}\n\n{before}{told}{after}\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == told


@pytest.mark.parametrize("marker", ["TODO", "XXX", "TK"])
@pytest.mark.parametrize("before", ["It was cold. ", "", "It was "])
def test_a_note_between_two_of_its_marker_ends_with_the_second(marker: str, before: str) -> None:
    note = f"{marker} say how cold {marker}"
    draft = parse(f"# Pump\n\n{before}{note} We left early.\n".encode())
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())] == [note]


@pytest.mark.parametrize("text", ["See you in June. XXX", "Thanks for reading! XXX"])
def test_what_may_be_kisses_is_only_for_the_author(text: str) -> None:
    gaps = find_gaps(
        parse(f"# Pump\n\nWe met in the old barn by the lake.\n\n{text}\n".encode()), words=load_words()
    )
    assert not any(gap.fillable for gap in gaps)


def test_a_marker_that_stands_twice_for_a_fact_is_no_pair() -> None:
    draft = parse(b"# Pump\n\nWe met in TK and then in TK, and we left early.\n")
    assert all(b"met" not in draft.data[slice(*gap.span)] for gap in find_gaps(draft, words=load_words()))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("TODO check the year. We left at nine. TODO The cook was late.", "TODO check the year."),
        ("XXX check the times. The captain had one eye. XXX", "XXX check the times."),
        ("FIXME add the cat FIXME. The captain slept.", "FIXME add the cat FIXME."),
        ("We left. **TODO:** explain why. Nobody minded.", "**TODO:** explain why."),
        ("We left. ==FIXME:== explain why.", "==FIXME:== explain why."),
    ],
)
def test_a_note_ends_with_its_own_stop_in_emphasis_and_between_two_markers(text: str, note: str) -> None:
    draft = parse(f"# Pump\n\n{text} It was a long way.\n".encode())
    first, *_ = find_gaps(draft, words=load_words())
    assert draft.text(first.span) == note


@pytest.mark.parametrize(
    ("language", "text", "note"),
    [
        (
            "Wir waren im März dort, und die Suppe war heiß.",
            "TODO: Datum prüfen. <b>Meine Tante</b> aß sie im Mai.",
            "TODO: Datum prüfen.",
        ),
        ("우리는 봄에 배를 탔고 수프는 뜨거웠다.", "TODO: 값 확인… 이모는 수프를 먹었다.", "TODO: 값 확인…"),
    ],
)
def test_a_sentence_behind_a_notes_stop_stays_in_tags_and_behind_dots(
    language: str, text: str, note: str
) -> None:
    draft = parse(f"# A\n\n{language}\n\n{text}\n".encode())
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())] == [note]
