"""Makes training drafts: real drafts in which places are left unwritten the way authors do.

Every change is one of a few: a note to oneself as a line, an item, or a remark inside a sentence; a section
that is only an outline; a sentence that stops; a fact that is missing; a value of a template left in the
front matter. The words come from `unwritten.txt`, which was written for this program, and from the draft
itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_GROUP = re.compile(r"\(((?:[^()\\]|\\.)*)\)(\?(?!\)))?")


def bank() -> dict[str, list[str]]:
    """Return the patterns by the part of the draft they are for."""
    parts: dict[str, list[str]] = {}
    part: list[str] = []
    for line in (Path(__file__).parent / "unwritten.txt").read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if re.fullmatch(r"\[\w+\]", line):
            part = parts.setdefault(line[1:-1], [])
        else:
            part.append(line)
    return parts


def expand(pattern: str, pick: random.Random, words: Callable[..., str]) -> str:
    """Return one text that a pattern stands for."""
    while match := _GROUP.search(pattern):
        options = match.group(1).split("|")
        chosen = "" if match.group(2) and pick.random() < 0.5 else pick.choice(options)
        pattern = pattern[: match.start()] + chosen + pattern[match.end() :]
    while "{x}" in pattern:
        pattern = pattern.replace("{x}", words(), 1)
    while "{s}" in pattern:
        pattern = pattern.replace("{s}", words(pick.randrange(4, 11)), 1)
    return re.sub(r"\s+", " ", re.sub(r"\\(.)", r"\1", pattern)).strip()


Line = tuple[str, int, int]
"""A line, the line of the original it was (-1 for a new one), and the number of a new gap (-1 for none)."""


class Maker:
    """Makes one changed draft."""

    def __init__(self, text: str, pick: random.Random, parts: dict[str, list[str]]) -> None:
        self.pick, self.parts = pick, parts
        self.lines: list[Line] = [(line, index + 1, -1) for index, line in enumerate(text.split("\n"))]
        self.kinds: list[tuple[str, str]] = []
        self.body = 0
        if self.lines and self.lines[0][0].strip() in ("---", "+++"):
            fence = self.lines[0][0].strip()
            for index in range(1, len(self.lines)):
                if self.lines[index][0].strip() == fence:
                    self.body = index + 1
                    break
        plain = re.sub(
            r"```.*?```|<[^>]*>|https?://\S+|[\[\]()*_`#]",
            " ",
            "\n".join(line for line, _, _ in self.lines[self.body :]),
            flags=re.S,
        )
        self.vocabulary = [word for word in re.findall(r"[^\W\d_][\w'-]{2,}", plain)] or ["this"]

    def words(self, count: int = 0) -> str:
        """Return some words that are side by side in the draft, one to three without a count."""
        place = self.pick.randrange(len(self.vocabulary))
        return " ".join(self.vocabulary[place : place + (count or self.pick.choice((1, 1, 2, 2, 3)))]).lower()

    def say(self, part: str) -> str:
        """Return a text of a part of the bank, in one of the ways that authors set them off."""
        patterns = self.parts[part]
        text = expand(self.pick.choice(patterns), self.pick, self.words)
        chance = self.pick.random()
        if chance < 0.12:
            text = text[:1].upper() + text[1:]
        elif chance < 0.17:
            text = text.upper()
        elif chance < 0.22:
            text = text.rstrip(".") + "."
        elif chance < 0.25:
            text += self.pick.choice(("...", " ???", "!", "?", " -", ":", "…"))
        return text

    def prose(self) -> list[int]:
        """Return the lines that hold a paragraph of their own."""
        inside, found = False, []
        for index in range(self.body, len(self.lines)):
            line, origin, gap = self.lines[index]
            if line.lstrip().startswith(("```", "~~~")):
                inside = not inside
                continue
            if inside or gap >= 0 or origin < 0:
                continue
            before = self.lines[index - 1][0].strip() if index > self.body else ""
            after = self.lines[index + 1][0].strip() if index + 1 < len(self.lines) else ""
            if (
                len(line) > 50
                and line[:1].isalnum()
                and not before
                and not after
                and line.rstrip()[-1:] in ".!?。"
            ):
                found.append(index)
        return found

    def breaks(self) -> list[int]:
        """Return the blank lines between blocks, outside fences."""
        inside, found = False, []
        for index in range(self.body, len(self.lines)):
            if self.lines[index][0].lstrip().startswith(("```", "~~~")):
                inside = not inside
            elif not inside and not self.lines[index][0].strip():
                found.append(index)
        return found

    def new(self, kind: str, sub: str = "") -> int:
        """Give a new gap its number."""
        self.kinds.append((kind, sub))
        return len(self.kinds) - 1

    def note(self) -> None:
        """Leave a line to oneself between two blocks or among the items of a list."""
        text = self.say("line")
        chance = self.pick.random()
        items = [
            index
            for index in range(self.body, len(self.lines))
            if re.match(r"\s*[-*+] \S", self.lines[index][0])
        ]
        if chance < 0.25 and items:
            at = self.pick.choice(items)
            mark = re.match(r"\s*[-*+] ", self.lines[at][0])
            gap = self.new("instruction")
            self.lines.insert(at + 1, ((mark.group(0) if mark else "- ") + text, -1, gap))
            return
        places = self.breaks()
        at = self.pick.choice(places) if places else len(self.lines)
        chance = self.pick.random()
        for limit, before, after in (
            (0.08, "**", "**"),
            (0.15, "*", "*"),
            (0.18, "_", "_"),
            (0.26, "[", "]"),
            (0.32, "(", ")"),
            (0.35, "> ", ""),
            (0.42, "\t", ""),
            (0.44, "- ", ""),
            (0.45, "<<", ">>"),
            (0.47, "{{", "}}"),
            (0.49, "=== ", " ==="),
            (0.50, "// ", ""),
            (0.52, "<!-- ", " -->"),
        ):
            if chance < limit:
                text = before + text + after
                break
        gap = self.new("instruction")
        self.lines[at:at] = [("", -1, -1), (text, -1, gap)]
        if self.pick.random() < 0.2:
            self.lines.insert(at + 2, (self.say("line"), -1, gap))

    def remark(self) -> None:
        """Leave a remark in brackets inside a paragraph."""
        places = self.prose()
        if not places:
            return
        at = self.pick.choice(places)
        line, origin, _ = self.lines[at]
        text = expand(self.pick.choice(self.parts["remark"]), self.pick, self.words)
        if self.pick.random() < 0.15:
            text = text.upper()
        before, after = self.pick.choice(
            (
                ("(", ")"),
                ("(", ")"),
                ("[", "]"),
                ("[", "]"),
                ("[", "]"),
                ("<", ">"),
                ("<<", ">>"),
                ("{", "}"),
                ("{{", "}}"),
                ("**[", "]**"),
                ("((", "))"),
                ("", ""),
                ("*(", ")*"),
            )
        )
        if not before and text[:2] not in ("TO", "TB", "TK", "XX", "??"):
            before, after = "(", ")"
        words = line.split(" ")
        place = self.pick.choice((len(words), len(words), self.pick.randrange(1, len(words) + 1)))
        words.insert(place, before + text + after)
        self.lines[at] = (" ".join(words), origin, self.new("marker", before + text + after))

    def fact(self) -> None:
        """Put a sign where a number or a name was."""
        places = self.prose()
        if not places:
            return
        at = self.pick.choice(places)
        line, origin, _ = self.lines[at]
        sign = self.pick.choice(
            (
                "XX",
                "XXX",
                "??",
                "???",
                "TK",
                "xx",
                "___",
                "#",
                "20XX",
                "TBD",
                "[name]",
                "[X]",
                "<TBD>",
                "[date]",
                "[number]",
                "...",
                "TKTK",
                "[TK]",
                "X%",
                "XX%",
                "$XX",
                "N",
            )
        )
        if sign in ("...", "N"):
            sign = "XX"
        numbers = list(re.finditer(r"\b\d[\d,.]*\d\b|\b[A-Z][a-z]{3,}\b", line[5:]))
        if not numbers:
            return
        hit = self.pick.choice(numbers)
        self.lines[at] = (
            line[: 5 + hit.start()] + sign + line[5 + hit.end() :],
            origin,
            self.new("marker", sign),
        )

    def cut(self) -> None:
        """Stop a sentence in the middle."""
        places = self.prose()
        if not places:
            return
        at = self.pick.choice(places)
        line, origin, _ = self.lines[at]
        sentences = re.split(r"(?<=[.!?]) ", line)
        keep = self.pick.randrange(len(sentences)) if self.pick.random() < 0.7 else len(sentences) - 1
        words = sentences[keep].split(" ")
        if len(words) < 4:
            return
        stop = self.pick.randrange(1, len(words) - 1)
        end = " ".join(words[:stop])
        if self.pick.random() < 0.15:
            end = end[: max(1, len(end) - self.pick.randrange(1, 4))]
        end = end.rstrip(".!?")
        self.lines[at] = (
            " ".join([*sentences[:keep], end]) + (" " if self.pick.random() < 0.3 else ""),
            origin,
            self.new("notes", "cut-off"),
        )
        if self.pick.random() < 0.5:  # and nothing more in its section
            end_at = at + 1
            while end_at < len(self.lines) and not re.match(r"#{1,6} ", self.lines[end_at][0]):
                end_at += 1
            del self.lines[at + 1 : end_at]
            self.lines.insert(at + 1, ("", -1, -1))

    def fragment(self, sentence: str) -> str:
        """Return what an author would jot down before writing a sentence."""
        words = [word for word in re.sub(r"[.!?]+$", "", sentence).split() if word]
        small = {
            "the",
            "a",
            "an",
            "of",
            "is",
            "are",
            "was",
            "to",
            "that",
            "and",
            "it",
            "in",
            "i",
            "we",
            "you",
            "this",
            "have",
            "be",
            "der",
            "die",
            "das",
            "und",
            "le",
            "la",
            "les",
            "de",
            "el",
            "los",
            "que",
            "en",
            "un",
            "una",
            "o",
            "e",
            "do",
            "da",
        }
        if self.pick.random() < 0.65:
            words = [word for word in words if word.lower() not in small or self.pick.random() < 0.25]
        if len(words) > 3:
            first = self.pick.randrange(0, max(1, len(words) - 6))
            words = words[first : first + self.pick.choice((1, 2, 3, 4, 5, 6, 7, 9, 12))]
        text = " ".join(words).strip(' ,;:()"“”')
        chance = self.pick.random()
        if chance < 0.5:
            text = text[:1].lower() + text[1:]
        if chance > 0.92:
            text += "?"
        elif chance > 0.88:
            text += " - " + self.words()
        elif chance > 0.85:
            text += " -> " + self.words()
        elif chance > 0.83:
            text += "..."
        elif chance > 0.80:
            text += ", " + self.words() + ", " + self.words()
        elif chance > 0.77:
            text = self.words() + ": " + text
        elif chance > 0.75:
            text = "https://" + self.words().replace(" ", "") + ".com/" + self.words().replace(" ", "-")
        return text or self.words()

    def outline(self) -> None:
        """Turn the paragraphs of a section, or the last ones of it, into notes."""
        places = self.prose()
        if not places:
            return
        at = self.pick.choice(places)
        start = at
        whole = self.pick.random() < 0.7
        if whole:
            while start > self.body and not re.match(r"#{1,6} ", self.lines[start - 1][0]):
                start -= 1
        end = at
        while end < len(self.lines) and not re.match(r"#{1,6} ", self.lines[end][0]):
            end += 1
        text = " ".join(line for line, _, gap in self.lines[start:end] if gap < 0)
        if any(gap >= 0 for _, _, gap in self.lines[start:end]):
            return
        sentences = [
            one
            for one in re.split(r"(?<=[.!?。]) ", text)
            if len(one) > 15 and "](" not in one and "<" not in one
        ]
        if not sentences:
            return
        self.pick.shuffle(sentences)
        count = self.pick.choice((1, 2, 3, 4, 5, 6, 8))
        shape = self.pick.choice(("- ", "- ", "* ", "", "", "\n", "\n", "1. "))
        gap = self.new("notes")
        out: list[Line] = []
        for number, sentence in enumerate(sentences[:count]):
            chance = self.pick.random()
            note = (
                self.fragment(sentence) if chance < 0.65 else self.say("topic" if chance < 0.85 else "line")
            )
            if shape == "\n":
                out += [(note, -1, gap), ("", -1, -1)]
            else:
                mark = f"{number + 1}. " if shape == "1. " else shape
                nested = "  " if number and shape in ("- ", "* ") and self.pick.random() < 0.15 else ""
                out.append((nested + mark + note, -1, gap))
        self.lines[start:end] = [("", -1, -1), *out, ("", -1, -1)]

    def comment(self) -> None:
        """Leave a comment to oneself, or one that asks for nothing."""
        places = self.breaks()
        at = self.pick.choice(places) if places else len(self.lines)
        before, after = self.pick.choice(
            (("<!-- ", " -->"),) * 6 + (("<!--", "-->"), ("{/* ", " */}"), ("%% ", " %%"), ("[//]: # (", ")"))
        )
        if self.pick.random() < 0.35:
            prose = self.prose()
            text = self.pick.choice(self.parts["aside"])
            if prose and self.pick.random() < 0.4:
                text = self.lines[self.pick.choice(prose)][0]
            self.lines[at:at] = [("", -1, -1), (before + text + after, -1, -3)]
            return
        text = (
            self.say("line")
            if self.pick.random() < 0.7
            else expand(self.pick.choice(self.parts["remark"]), self.pick, self.words)
        )
        if self.pick.random() < 0.4:
            text = (
                self.pick.choice(
                    ("TODO: ", "todo ", "TODO ", "todo: ", "FIXME: ", "TBD ", "Todo: ", "NOTE: ", "XXX ")
                )
                + text
            )
        gap = self.new("comment", text)
        self.lines[at:at] = [("", -1, -1), (before + text + after, -1, gap)]

    def finished(self) -> None:
        """Put a finished list below a line that announces it, or below the prose."""
        places = self.prose()
        if not places:
            return
        at = self.pick.choice(places)
        _line, _origin, _ = self.lines[at]
        intro = expand(self.pick.choice(self.parts["intro"]), self.pick, self.words)
        mark = self.pick.choice(("- ", "- ", "* ", "1. "))
        items = []
        for number in range(self.pick.choice((2, 3, 4, 5, 7))):
            text = self.pick.choice(("", "", "a ", "the ")) + self.words()
            if self.pick.random() < 0.15:  # what is written of may be an image as well
                text += self.pick.choice(
                    (" image", " graph", " map", " example", " link", " chart", " notes")
                )
            if self.pick.random() < 0.3:
                text = text[:1].upper() + text[1:] + self.pick.choice((".", "", ""))
            items.append(((f"{number + 1}. " if mark == "1. " else mark) + text, -1, -3))
        announced = [("", -1, -1), (intro, -1, -3)] if self.pick.random() < 0.7 else []
        self.lines[at + 1 : at + 1] = [*announced, ("", -1, -1), *items]

    def value(self) -> None:
        """Leave a template's value in the front matter."""
        places = [
            index
            for index in range(1, self.body - 1)
            if re.match(
                r"(?i)(title|sub_?title|description|excerpt|summary|image|image_alt|author|tags|categories|date|slug|tagline|keywords|subject)\s*:\s*\S",
                self.lines[index][0],
            )
        ]
        if not places:
            return
        at = self.pick.choice(places)
        line, origin, _ = self.lines[at]
        key = line.partition(":")[0]
        text = expand(self.pick.choice(self.parts["value"]), self.pick, self.words)
        quote = self.pick.choice(("", "", '"', "'"))
        self.lines[at] = (f"{key}: {quote}{text}{quote}", origin, self.new("marker"))

    def title(self) -> None:
        """Leave a heading that is a note, or empty a section."""
        places = [
            index
            for index in range(self.body, len(self.lines))
            if re.match(r"#{1,6} \S", self.lines[index][0]) and self.lines[index][2] < 0
        ]
        if not places:
            return
        at = self.pick.choice(places)
        line, origin, _ = self.lines[at]
        level = line.partition(" ")[0]
        if self.pick.random() < 0.5:
            text = self.say("heading")
            self.lines[at:at] = [(f"{level} {text}", -1, self.new("marker")), ("", -1, -1)]
            if self.pick.random() < 0.4:
                self.lines.insert(at + 2, (self.say("line"), -1, len(self.kinds) - 1))
            return
        end = at + 1
        while end < len(self.lines) and not re.match(r"#{1,6} ", self.lines[end][0]):
            end += 1
        if end < len(self.lines) and len(self.lines[end][0].partition(" ")[0]) > len(level):
            return
        del self.lines[at + 1 : end]
        self.lines[at] = (line, origin, self.new("empty-section"))
        self.lines.insert(at + 1, ("", -1, -1))

    def scraps(self) -> None:
        """Leave notes at the end of the draft."""
        sentences = [line for line, _, _ in self.lines if len(line) > 40 and line[:1].isalnum()]
        if not sentences:
            return
        gap = self.new("notes")
        shape = self.pick.choice(("- ", "* ", "\n", "\n", ""))
        out: list[Line] = [("", -1, -1)]
        chance = self.pick.random()
        if chance < 0.4:
            out += [("## " + self.say("banner"), -1, -2), ("", -1, -1)]
        elif chance < 0.6:
            out += [
                (self.pick.choice(("---", "***", "===== notes =====", "------------------")), -1, -2),
                ("", -1, -1),
            ]
        for _ in range(self.pick.choice((1, 2, 3, 4, 6, 8))):
            note = (
                self.fragment(self.pick.choice(sentences)) if self.pick.random() < 0.75 else self.say("line")
            )
            out.append(((shape if shape != "\n" else "") + note, -1, gap))
            if shape == "\n":
                out.append(("", -1, -1))
        self.lines += out

    def hole(self) -> None:
        """Leave an item empty, or a label without its value."""
        items = [
            index
            for index in range(self.body, len(self.lines))
            if re.match(r"\s*(?:[-*+]|\d+[.)]) \S", self.lines[index][0]) and self.lines[index][2] < 0
        ]
        if not items:
            return
        at = self.pick.choice(items)
        line, origin, _ = self.lines[at]
        mark = re.match(r"\s*(?:[-*+]|\d+[.)]) ", line)
        labelled = re.match(r"(\s*(?:[-*+]|\d+[.)]) [^:]{2,40}:)[* ]*\S", line)
        if mark is None:
            return
        if self.pick.random() < 0.3:
            hole = self.pick.choice(
                ("[]()", "[]()", "<>", "``", "[ ]()", "...", "…", "-", "?", "[](){:target}")
            )
            gap = self.new("notes", "empty-item")
            self.lines[at + 1 : at + 1] = [(mark.group(0) + hole, -1, gap)] * self.pick.choice((1, 1, 2, 3))
        elif self.pick.random() < 0.15:
            text = self.pick.choice(("[1]", "1)", "2、", "(1)", "a)", "#2", "1.", "Step 2:"))
            self.lines[at + 1 : at + 1] = [
                ("", -1, -1),
                (text, -1, self.new("notes", "empty-item")),
                ("", -1, -1),
            ]
        elif labelled and "http" not in labelled.group(1):
            self.lines[at] = (labelled.group(1), origin, self.new("notes", "empty-item"))
        else:
            self.lines.insert(
                at + 1,
                (mark.group(0).rstrip() + self.pick.choice(("", " ")), -1, self.new("notes", "empty-item")),
            )

    def result(self, gaps: list[dict[str, Any]]) -> tuple[bytes, list[dict[str, Any]]]:
        """Return the draft and its labels, old and new."""
        where = {origin: index + 1 for index, (_, origin, _) in enumerate(self.lines) if origin >= 0}
        labels: list[dict[str, Any]] = []
        for gap in gaps:
            places = [where[line] for line in range(gap["start_line"], gap["end_line"] + 1) if line in where]
            if places:
                labels.append({**gap, "start_line": min(places), "end_line": max(places)})
        for number, (kind, sub) in enumerate(self.kinds):
            places = [index + 1 for index, (_, _, gap) in enumerate(self.lines) if gap == number]
            if places:
                labels.append(
                    {
                        "kind": kind,
                        "sub": sub,
                        "instruction": sub if kind in ("marker", "comment") else "",
                        "start_line": min(places),
                        "end_line": max(places),
                        "certain": True,
                        "synthetic": True,
                    }
                )
        for index, (_, _, gap) in enumerate(self.lines):
            if gap == -3:
                labels.append(
                    {
                        "kind": "none",
                        "start_line": index + 1,
                        "end_line": index + 1,
                        "certain": False,
                        "nothing": True,
                        "synthetic": True,
                    }
                )
            if gap == -2:
                labels.append(
                    {
                        "kind": "notes",
                        "start_line": index + 1,
                        "end_line": index + 1,
                        "certain": False,
                        "synthetic": True,
                    }
                )
        return "\n".join(line for line, _, _ in self.lines).encode(), labels


_CHANGES = (
    ("note",) * 6
    + ("remark",) * 5
    + ("fact",) * 2
    + ("cut",) * 4
    + ("outline",) * 5
    + ("value",) * 4
    + ("comment",) * 3
    + ("finished",) * 3
    + ("title",) * 2
    + ("scraps",) * 2
    + ("hole",) * 2
)


def make(
    data: bytes, gaps: list[dict[str, Any]], seed: int, *, changes: int = 4
) -> tuple[bytes, list[dict[str, Any]]]:
    """Return a changed draft and its labels; the same seed makes the same."""
    pick = random.Random(seed)
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    maker = Maker(text, pick, bank())
    for _ in range(pick.randrange(1, changes + 1)):
        getattr(maker, pick.choice(_CHANGES))()
    return maker.result(gaps)
