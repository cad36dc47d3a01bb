"""Finished text is chosen for the gap: by its subject, its form and its place."""

from __future__ import annotations

from time import process_time

from assistant.adapters.wordlists import load_lists, load_words
from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.gaps import find_gaps
from assistant.core.prompt.build import PromptBuilder
from assistant.core.prompt.rejected_text import with_rejected
from assistant.core.prompt.shared import shared_turns
from assistant.core.prompt.templates import Templates
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap, GapKind, Prompt, Reply
from assistant.core.voice import Voice, learn

FILLER = "I went there on a Monday and I wrote down what I saw, since nobody else would have done it for me. "
PROSE = FILLER * 2
LIST = "I keep these.\n\n" + "".join(f"- **Point {n}.** {FILLER}\n" for n in range(3))


def post(title: str, **sections: str) -> tuple[Draft, tuple[Gap, ...]]:
    body = "".join(f"## {name.replace('_', ' ')}\n\n{text}\n\n" for name, text in sections.items())
    draft = parse(f"---\ntitle: {title}\n---\n\nHello there.\n\n{body}".encode())
    return draft, find_gaps(draft, words=load_words())


def load(name: str) -> tuple[str, str]:
    if name == "system":
        return "Rules.{{ ' Language: ' ~ language if language }}", name
    if name == "draft":
        return "{% for h in outline %}{{ h.text }}{{ ': ' ~ h.says if h.says }}\n{% endfor %}", name
    return "Section: {{ heading }}", name


def built(draft: Draft, gaps: tuple[Gap, ...], voice: Voice, budget: int = 5000) -> list[Prompt]:
    templates = Templates(load)
    parts = {"voice": voice, "templates": templates, "count": lambda text: len(text.split())}
    common = shared_turns(draft, gaps, budget=budget, **parts)  # type: ignore[arg-type]
    builder = PromptBuilder(draft, common, **parts)  # type: ignore[arg-type]
    return [prompt for gap in gaps for prompt in builder.prompts(gap)]


def test_a_section_on_the_gaps_subject_is_shown() -> None:
    """Of many finished sections, the one that speaks of what the heading names comes nearest to the gap."""
    siblings = [
        post(f"Post {n}", Something=PROSE + f"It was about {word}.")
        for n, word in enumerate(["boats", "gardens", "budgets", "bread", "paint"])
    ]
    draft, gaps = post("New", Planning_budgets="", Done=PROSE)
    voice = learn(draft, gaps, siblings=siblings)
    assert "budgets" in voice.sections[-1].text
    assert len(voice.sections) == 3


def test_a_list_is_shown_for_a_gap_that_will_be_a_list() -> None:
    """A gap among lists is taken for a list, and a finished list is among what is shown."""
    siblings = [post("One", Alpha=PROSE, Beta=PROSE), post("Two", Gamma=LIST, Delta=PROSE)]
    draft, (*_, gap) = post("New", First=LIST, Second=LIST, Third=LIST, Fourth="")
    voice = learn(draft, [gap], siblings=siblings)
    assert voice.form(draft, gap) == "list"
    assert [e.form for e in voice.sections] == ["list"]


def test_a_heading_that_stood_over_lists_asks_for_one() -> None:
    """Where a heading comes in many posts, its form elsewhere counts; another heading's doesn't."""
    siblings = [post(f"Post {n}", Story=PROSE, Tools=LIST) for n in range(4)]
    draft, gaps = post("New", Story="", Tools="")
    voice = learn(draft, gaps, siblings=siblings)
    assert [voice.form(draft, gap) for gap in gaps] == ["prose", "list"]
    assert {e.form for e in voice.sections} == {"list", "prose"}


def test_an_author_who_asks_for_a_form_gets_it() -> None:
    """Words decide on list or prose, on numbers or bullets; a text that was refused decides on nothing."""
    draft, gaps = post("New", First=PROSE, Second="")
    voice = learn(draft, gaps, siblings=[], patterns=load_lists().patterns)

    def naming_form(name: str) -> tuple[str, str]:
        template = "{{ form }}{{ ', numbered' if form == 'list' and numbered }}"
        return (template, name) if name == "empty-section" else load(name)

    templates = Templates(naming_form)
    common = shared_turns(draft, gaps, voice=voice, templates=templates, count=len, budget=9999)

    def form(words: str) -> str:
        builder = PromptBuilder(draft, common, voice, templates, len)
        (one,) = builder.prompts(gaps[0], instruction=words)
        return one.messages[-1].content

    assert form("as a numbered list") == "list, numbered"
    assert form("in bullets") == "list"
    for words in ("", "no list", with_rejected("shorter", "It went as a list of what I saw.")):
        assert form(words) == "prose", words


def test_unfinished_sections_are_never_shown() -> None:
    """What holds a marker, in the draft or a sibling, is no example."""
    siblings = [post("One", Alpha=PROSE + "TODO: say more", Beta=PROSE)]
    draft, gaps = post("New", Own=PROSE + "TODO: finish", Gap="")
    voice = learn(draft, gaps, siblings=siblings)
    shown = " ".join(m.content for p in built(draft, gaps, voice) for m in p.messages[:-1])
    assert "Beta" in shown and "TODO" not in shown


def test_gaps_share_a_prefix_and_one_more_example_may_follow() -> None:
    """The turns before a gap's own are the same for all; a section with its very heading may follow them."""
    siblings = [post(f"Post {n}", Middle=PROSE * 2, Notes_at_the_end=PROSE) for n in range(6)]
    text = {f"Part_{n}": PROSE * 3 for n in range(12)}
    draft, gaps = post("New", **text, Middle_things="", Notes_at_the_end="")
    voice = learn(draft, gaps, siblings=siblings)
    asked = built(draft, gaps, voice)
    shortest = min((p.messages[:-1] for p in asked), key=len)
    for one in asked:
        assert one.messages[: len(shortest)] == shortest
        assert len(one.messages) - len(shortest) in (1, 3)


def test_lengths_are_those_of_the_authors_sections_of_the_kind() -> None:
    """A deeper heading whose sisters are short is asked for in few words."""
    short = "".join(f"## Top {n}\n\n{PROSE * 4}\n\n### Deep {n}\n\n{FILLER}{FILLER}\n\n" for n in range(5))
    draft = parse(f"---\ntitle: New\n---\n\n{short}### Empty\n\n## Empty too\n".encode())
    gaps = find_gaps(draft, words=load_words())
    voice = learn(draft, gaps, siblings=[])
    deep, top = (voice.words(draft, gap, "prose") for gap in gaps if gap.kind is GapKind.EMPTY_SECTION)
    assert deep[1] < top[0]


def test_a_section_without_room_leaves_its_first_sentence() -> None:
    """What no longer fits is named in `left_out`, and the outline says how it begins."""
    draft, gaps = post("New", Long="This one begins like so. " + PROSE * 5, Gap="")
    one = built(draft, gaps, learn(draft, gaps, siblings=[]), budget=60)[0]
    assert one.left_out == ('the section "Long" of this post',)
    assert any("Long: This one begins like so." in m.content for m in one.messages)


def test_a_section_with_a_hole_is_told_of_and_not_shown() -> None:
    """What it already says need not be repeated; as an example it would teach holes."""
    draft, gaps = post("New", Own="A zebra stood there on its own. " + PROSE + "TODO: finish", Gap="")
    one = built(draft, gaps, learn(draft, gaps, siblings=[]))[-1]
    assert any("Own: A zebra stood there on its own." in m.content for m in one.messages)
    assert not any("Monday" in m.content for m in one.messages[:-1])
    assert any('the section "Own"' in left for left in one.left_out)


def test_a_language_other_than_english_is_named() -> None:
    """The front matter's `lang`, or else the words, say which; English needs no word."""
    german = "Ich habe das nicht gewusst und die anderen auch nicht, denn es ist mit der Zeit so gekommen. "
    draft, gaps = post("Neu", Anfang=german * 4, Mitte="")
    assert built(draft, gaps, Voice())[0].messages[0].content == "Rules. Language: German"
    draft, gaps = post("New", Start=PROSE, Middle="")
    assert built(draft, gaps, Voice())[0].messages[0].content == "Rules."


def test_examples_stand_under_their_headings_and_answers_lose_theirs() -> None:
    """A section shown begins with its heading; the same heading on an answer goes, another one stays."""
    draft, gaps = post("New", Done=PROSE, Planning_budgets="")
    one = built(draft, gaps, learn(draft, gaps, siblings=[post("One", Alpha=PROSE)]))[0]
    sections = [m.content for m in one.messages if m.role == "assistant" and m.content != "Hello there."]
    assert [text.split("\n")[0] for text in sections] == ["## Alpha", "## Done"]
    expected = Expected(own_headings=("Planning budgets",), least_words=0)
    for line in ("# planning budgets", "### **Planning Budgets**", "## Planning budgets ##"):
        assert clean(Reply(f"{line}\n\nI plan.", ""), expected=expected).text == "I plan."
    for text in ("## One\n\nI plan.\n\n## Two\n\nI go.", "Planning budgets is hard."):
        assert clean(Reply(text, ""), expected=expected).text == text


def test_deeply_nested_items_are_read_in_no_time() -> None:
    """Each item is in the text of all around it; only one in a line of its own may be shown."""
    nested = "".join("> - " * depth + "knot\n" for depth in range(80)) + "".join(
        "  " * depth + "- knot\n" for depth in range(300)
    )
    draft, begun = (
        parse(f"{nested}\n# Knots\n\n- **Bowline.** It holds. {FILLER}\n- Reef\n\n  {PROSE}\n".encode()),
        process_time(),
    )
    voice = learn(draft, (), siblings=[])
    assert process_time() - begun < 1
    assert [item.text for item in voice.pool if item.form == "item"] == [FILLER.strip()]
