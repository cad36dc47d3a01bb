"""A prompt stays within the tokens it may have, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.adapters.template_files import loader
from assistant.adapters.tokens import counter
from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.prompt.build import PromptBuilder
from assistant.core.prompt.shared import SharedTurns, shared_turns
from assistant.core.prompt.templates import Templates
from assistant.core.text.draft import parse
from assistant.core.types import Prompt
from assistant.core.voice import learn
from assistant.errors import InputError

BUDGET, SLACK = 700, 40
"""Tokens; what the chat format's marks and a line of the outline may add."""
OWN = 500
"""Tokens of a request with the words around its gap, as tiktoken counts them; Qwen counts fewer."""
SENTENCES = {
    "English": "I walked down to the old harbour, and the boats were all out. ",
    "Chinese": "我昨天去了老港口，那里的船都出海了，只有几个老人坐在长椅上聊天。",
    "Japanese": "昨日は古い港まで歩いて行ったが、船はみな沖に出ていて、老人が数人いるだけだった。",
    "Korean": "어제 오래된 항구까지 걸어갔는데 배는 모두 바다로 나가고 노인 몇 분만 앉아 있었다. ",
    "Russian": "Вчера я дошёл до старой гавани, и все лодки были в море, только старики сидели на лавке. ",
    "French": "Hier je suis descendu au vieux port, et les bateaux étaient tous sortis en mer. ",
}


def prompts(text: str) -> tuple[SharedTurns, list[Prompt]]:
    draft = parse(text.encode())
    gaps = find_gaps(draft, words=load_words())
    assert gaps
    parts = {
        "voice": learn(draft, gaps, siblings=[]),
        "templates": Templates(loader(Path("no folder"))),
        "count": counter("some model"),
    }
    shared = shared_turns(draft, gaps, budget=BUDGET, **parts)  # type: ignore[arg-type]
    builder = PromptBuilder(draft, shared, **parts)  # type: ignore[arg-type]
    return shared, [prompt for gap in gaps for prompt in builder.prompts(gap)]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_long_draft_fits_in_any_language(language: str) -> None:
    """Of sections too long for the room, the first paragraphs are shown; around a gap, some lines."""
    section = (SENTENCES[language] * 6 + "\n\n") * 12
    text = f"# A\n\n{section}\n\n## B\n\n{section}\n\n## C\n\n## D\n\n{section}\n\nTODO\n\n{section}\n"
    shared, all_prompts = prompts(text)
    assert shared.tokens <= BUDGET + SLACK
    assert all(prompt.tokens <= BUDGET + OWN for prompt in all_prompts)
    assert any(m.role == "assistant" and SENTENCES[language].strip() in m.content for m in shared.messages)


def test_an_outline_of_a_hundred_headings_leaves_room_for_text() -> None:
    """The headings above gaps stay, and the high ones; a finished section is still shown."""
    body = SENTENCES["English"] * 5
    many = "".join(f"### A detail of the matter, number {n}\n\n{body}\n\n" for n in range(100))
    shared, _ = prompts(f"# Title\n\n## First part\n\n{many}## Second part\n\n### The gap itself\n")
    assert shared.tokens <= BUDGET + SLACK
    told = "\n".join(m.content for m in shared.messages if m.role == "user")
    assert "- The gap itself" in told and "- First part" in told and "number 50" not in told
    assert any(m.role == "assistant" and len(m.content) > 200 for m in shared.messages)


def test_a_place_longer_than_any_prompt_is_named_by_its_line() -> None:
    with pytest.raises(InputError, match=r"draft:3: 1,100,000 bytes, too long for a prompt; divide it"):
        prompts("# Kelp\n\n" + "a" * 1_100_000)
