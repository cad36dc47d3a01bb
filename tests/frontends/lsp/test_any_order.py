"""An author's commands and decisions around texts on offer, in any order, told as editors tell them.

No word of the author's is lost by a decision, and none of a model's stands in the buffer without its mark.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import pytest
from lsprotocol import types

from assistant.core.hunks.make import hunk_for
from assistant.core.hunks.merge import Edit, applied
from assistant.core.hunks.shared_words import TELLING
from assistant.core.review import decide, events
from assistant.frontends.lsp import buffer, decisions
from assistant.frontends.lsp.buffer import State, trimmed
from assistant.frontends.lsp.documents import Document, Planned
from assistant.frontends.lsp.positions import Text
from assistant.frontends.lsp.sessions import Sessions

WORD = re.compile(r"[a-z]+\d*", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return [word.lower() for word in WORD.findall(text)]


MODEL = words("""
boats fog quay counted tied lines rope cleat storm pier hinges planks frost lights kettle stove lamp wick
glass barn stairs crates bench tools weekend board leaves wheel valley evening miller smoke autumn ferry
guide captain harbour anchor sails barrel lantern ladder window chimney orchard wagon horses bridge river
meadow village church tower market baker bread butter cheese apples cellar candle blanket pillow mirror
""")
SHARED = ["the", "and", "of", "in", "we", "was", "a"]
DRAFTS = (
    "# Notes\n\nOurs climbed uphill.\n\n## Seven\n\n## Dawn\n\nThe dog passed uphill; nobody saw it.\n",
    "# Notes\n\nOurs climbed uphill.\n\n## Seven\n\nTODO: describe notes\n\nThe dog passed.\n",
    "# Notes\n\n## Seven\n\nThe dog passed uphill. TODO: describe notes\nNobody saw it.\n\n## Dawn\n",
    "# Notes\n\n> The latch was iron.\n> TODO: tell notes\n\nThen ours passed uphill.\n",
    "# Notes\n\nOurs climbed.\n\n1. Swept the floor.\n2. TODO: explain notes\n3. Left.\n\nThe dog passed.\n",
    "# Notes\n\n| gate | fox |\n|---|---|\n| latch | TODO: tell notes |\n| dog | nine |\n\nThe dog passed.\n",
    "# Notes\n\nOurs.\n\n## Seven\n\nTODO: describe notes\n\n## Dawn\n\n## Spring\n\nThe dog passed.\n",
)
EDITS = words(
    "type above below sentence substitute case words end lines move join join paste split fill word"
)


class Author:
    """An author with an editor, and what must hold whatever they do."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.told = self.chance.choice(["at once", "in turn", "letter by letter"])
        self.draft = self.chance.choice(DRAFTS)
        self.sessions = Sessions(str, str)
        self.document = Document("untitled:d.md", str(folder / "d.md"), 1, Text.of(self.draft), "utf-16")
        self.typed, self.register, self.log = 0, "", [self.told]
        self.accepted: set[str] = set()
        self.past: list[str] = []
        self.future: list[str] = []

    @property
    def text(self) -> str:
        return self.document.text.text

    async def open(self) -> None:
        """Have each gap of the draft written."""
        session = await self.sessions.current(self.document)
        for gap in session.workspace.gaps:
            key = decide.key_for(gap, gap.pieces[0])
            self.offer(key)
            piece = self.document.piece(key)
            assert piece
            await self.document.perform(decisions.putting(self.document, piece), self.take, label="Write")

    def offer(self, key: str) -> bool:
        """Offer a text for a piece, as a model would; return whether its gap is there still."""
        session = self.document.session
        assert session
        draft, name = session.workspace.draft, key.partition(":")[0]
        gap = next((one for one in session.workspace.gaps if one.id == name), None)
        if gap is None:
            return False
        is_line = any(mark in self.draft for mark in ("\n> ", "\n1. ", "| ", "uphill. TODO"))
        parts = [self.sentence() for _ in range(self.chance.randint(1, 3))]
        words = (" " if is_line else "\n\n").join(parts)
        hunk = hunk_for(draft, gap, text=words, target=gap.targets[0] if gap.targets else None)
        number = len(self.log) + len(self.document.offers) + 1
        proposal = events.Proposal(gap.id, (hunk,), (key,), "m", id=number)
        session.review = decide.step(session.review, events.Offered(proposal, draft.data))
        self.document.offers[key] = (hunk, draft.data)
        return True

    def sentence(self) -> str:
        words = [
            f"{self.chance.choice([''] * 3 + SHARED)} {word}".strip() for word in self.chance.sample(MODEL, 7)
        ]
        return " ".join(words).capitalize() + "."

    async def take(self, document: Document, edits: Sequence[Edit], label: str, join: bool) -> bool:
        """Make edits of the server's, as an editor does."""
        self.past, self.future = [*self.past, self.text], []
        self.tell([edit for edit in sorted(edits, reverse=True)])
        return True

    # ---- the editor ----------------------------------------------------------------------------------

    def tell(self, edits: Sequence[Edit]) -> None:
        """Tell the server of edits that follow each other."""
        old = new = self.text
        for edit in edits:
            new = applied(new, [edit])
        if self.told != "in turn":
            edits = [trimmed(Edit(0, len(old), new), old)]
        if self.told == "letter by letter":
            (start, end, words) = edits[0]
            codes = SequenceMatcher(None, old[start:end], words, autojunk=False).get_opcodes()
            edits = [Edit(start + a, start + b, words[c:d]) for sign, a, b, c, d in codes if sign != "equal"]
            edits.reverse()
        for edit in edits:
            first, last = (self.document.text.place(at, encoding="utf-16") for at in edit[:2])
            place = types.Range(types.Position(*first), types.Position(*last))
            change = types.TextDocumentContentChangePartial(place, edit.new)
            self.document.change([change], self.document.version + 1)
        assert self.text == new

    def own(self) -> str:
        self.typed += 1
        return f"kes{self.typed}"

    def edits(self) -> Iterator[Edit]:
        """Yield the edits of one command at a random place, most often at a text on offer."""
        chance, text, lines, kind = self.chance, self.text, self.text.split("\n"), self.chance.choice(EDITS)
        number = chance.randrange(len(lines))
        if self.document.placements and chance.random() < 0.8:
            extent = chance.choice(self.document.placements).extent
            number = text.count("\n", 0, chance.randint(extent.start, extent.end))
        starts = [sum(len(one) + 1 for one in lines[:at]) for at in range(len(lines) + 1)]
        start, line, below = starts[number], lines[number], min(number + chance.randint(1, 3), len(lines) - 1)
        end, word = start + len(line), chance.choice([*re.finditer(r"\S+\s*", line), None])
        at = start + (word.start() if word else chance.randint(0, len(line)))
        self.log.append(f"{kind} in line {number}, at {at}")
        if kind in ("type", "word", "sentence"):
            stop = start + word.end() if word and kind == "word" else at
            yield Edit(at, stop, self.own() + (". Ours was here. " if kind == "sentence" else " "))
        elif kind == "above":
            yield Edit(start, start, f"{self.own()} {self.own()}.\n" + chance.choice(["", "\n"]))
        elif kind == "below":
            yield Edit(end, end, f"\n{self.own()} {self.own()}.")
        elif kind == "substitute":
            old, new, shift = chance.choice(SHARED), self.own(), start
            for one in re.finditer(rf"\b{old}\b", line):
                yield Edit(one.start() + shift, one.end() + shift, new)
                shift += len(new) - len(old)
        elif kind == "case":
            letter = chance.choice("aeots")
            yield Edit(start, end, line.replace(letter, letter.upper()))
        elif kind in ("words", "end", "lines"):
            stop = end if kind == "end" else start + (word.end() if word else len(line))
            first, last = (start, starts[below]) if kind == "lines" else (at, stop)
            self.register = text[first:last]
            yield Edit(first, last, "")
        elif kind == "move" and starts[below] > start:
            block, to = text[start : starts[below]], starts[chance.randrange(len(lines))]
            if not start <= to <= starts[below]:
                yield Edit(to, to, block)
                yield Edit(start + len(block) * (to < start), starts[below] + len(block) * (to < start), "")
        elif kind == "join" and number + 1 < len(lines):
            following = lines[number + 1].lstrip()
            yield Edit(end, end, f" {following}")
            gone = end + len(following) + 1
            yield Edit(gone, gone + 1 + len(lines[number + 1]), "")
        elif kind == "paste":
            place = start if self.register.endswith("\n") else at
            yield Edit(place, place, self.register)
        elif kind == "split":
            yield Edit(at, at, chance.choice(["\n", "\n\n"]))
        elif kind == "fill" and not line.startswith(("#", "|", ">")):
            yield Edit(start, end, re.sub(r"(\w+ \w+ \w+) ", r"\1\n", line))

    async def act(self) -> None:
        """Give a command, undo one, or decide on a text."""
        kind = self.chance.random()
        if kind < 0.65:
            before, edits = self.text, list(self.edits())
            self.tell([*edits] if edits else [Edit(0, 0, "")])
            if self.text != before:
                self.past, self.future = [*self.past, before], []
        elif kind < 0.75 and (texts := self.chance.choice([self.past, self.future])):
            self.log.append("undo" if texts is self.past else "redo")
            (self.future if texts is self.past else self.past).append(self.text)
            self.tell([Edit(0, len(self.text), texts.pop())])
        elif self.document.undecided:
            await self.decide()
        if self.document.returned_keys:
            await self.sessions.apply(self.document, self.document.reopened())

    async def decide(self) -> None:
        """Decide on a text; each of its words goes, and each of the author's stays."""
        document, kind = self.document, self.chance.choice(["accept", "reject", "reject", "retry"])
        one = self.chance.choice(document.undecided)
        before, own = self.text, self.own_words(self.text)
        plan = decisions.rejecting(document, {one.key})
        if kind == "accept":
            plan = decisions.accepting(document, {one.key})
            self.accepted |= {*words(before[slice(*one.extent)])}
        if kind == "retry":
            await self.sessions.current(document)
            piece = document.piece(one.key) if self.offer(one.key) else None
            if piece is None or not piece.undecided:
                return

            def plan() -> Planned:
                return Planned(
                    document.exchange(one, piece), [p for p in document.placements if p is not one]
                )

        self.log.append(f"{kind} {one.key}")
        if made := await document.perform(plan, self.take, label=kind):
            await self.sessions.apply(document, made.events)
        assert not own - self.own_words(self.text)
        if kind == "reject":
            model = {w for place in one.ranges for w in words(before[slice(*place)]) if w in MODEL}
            others = {w for p in document.placements for w in words(self.text[slice(*p.extent)])}
            left = model.intersection(words(self.text)) - others - self.accepted
            assert not left, "of a rejected text"

    # ---- what holds ----------------------------------------------------------------------------------

    def own_words(self, text: str) -> Counter[str]:
        """Count the words of the author's, but for those that a model may use."""
        own = {*words(self.draft)}.difference(SHARED)
        return Counter(word for word in words(text) if word in own or word.startswith("kes"))

    def check(self) -> None:
        """Check that what is on offer can be taken out alone, and that no more of it is in the buffer."""
        marked, run = bytearray(len(self.text)), list[str]()
        on_offer = [one for one in self.document.placements if one.state is not State.ACCEPTED]
        removals = sorted(edit for one in on_offer for edit in one.removal(self.text))
        for edits in (removals, sorted(edit for one in on_offer for edit in one.replaced(self.text))):
            assert all(one.end <= following.start for one, following in pairwise(edits)), "they overlap"
        assert not self.own_words(self.text) - self.own_words(applied(self.text, removals))
        for placement in self.document.placements:
            buffer.taking_out(self.document.text, placement)
            for start, end in placement.ranges:
                marked[start:end] = b"m" * (end - start)
                assert placement not in on_offer or "kes" not in self.text[start:end].lower()
        for match in [*WORD.finditer(self.text), None]:
            word = match[0].lower() if match else ""
            if match and word in MODEL and not any(marked[slice(*match.span())]):
                run.append(word)
            elif word not in SHARED:
                assert len(run) < TELLING or self.accepted.issuperset(run), f"{run} have no mark"
                run = []


@pytest.mark.parametrize("first", range(0, 120, 20))
async def test_words_are_whose_they_are_whatever_an_author_does(
    first: int, home: Path, tmp_path: Path
) -> None:
    for seed in range(first, first + 20):
        author = Author(seed, tmp_path)
        await author.open()
        try:
            for _ in range(author.chance.randint(2, 8)):
                await author.act()
                author.check()
        except Exception as error:
            log = "\n".join(author.log)
            raise AssertionError(
                f"{seed}: {error}\n{log}\n{author.text}\n{author.document.placements}"
            ) from error
        finally:
            author.sessions.close()
