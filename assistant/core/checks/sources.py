"""Quotations, citations and links that the author never gave."""

# ruff: noqa: E501 -- a pattern is read more easily in one piece

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyromark

from assistant.core.checks.context import Context, address, runs, words
from assistant.core.checks.doubt import Doubt, is_claim, quoted
from assistant.core.checks.page import Page
from assistant.core.text.draft import OPTIONS

_QUOTED = re.compile(
    r'"([^"\n]*(?:\n(?!\n)[^"\n]*)*)"|“([^”]{3,600})”|„([^“”]{3,600})[“”]|«([^»]{3,600})»|「([^」]+)」'
)
_SAYS = (
    r"(?:said|says|told|wrote|writes|argue[sd]|explain(?:s|ed)|note[sd]|replied|asked|answered|put[ ]it|puts[ ]it"
    r"|used[ ]to[ ]say|observed|remarked|claim(?:s|ed)|joked|warned|admitted|summed[ ]it[ ]up|sagte|sagt|schrieb|schreibt|meinte"
    r"|disait|écrit|écrivait|dijo|dice|escribió|disse|diz|escreveu|ha[ ]detto|scrisse|zei|schreef)"
)
_WHO = (
    r"(?:[A-ZÀ-Þ][\w’'-]+(?<!\bI)|[Ss]?he|[Tt]hey|who|(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Aa]n?|[Tt]he|[Oo]ne|[Ss]ome)"
    r"[ ](?:[\w’'-]+[ ]){0,3}?[\w’'-]+)"
)
_SAYING = re.compile(
    rf"(?:{_WHO})(?!(?<=\bthat)[ \n]says\b),?[ \n](?:(?:once|famously|later|then|recently|has|had|always|also|often|rightly)[ ])?{_SAYS}\b"
    rf"|\b{_SAYS}[ ](?:(?:[Mm]y|[Oo]ur|[Aa]n?|[Tt]he)[ ][\w’'-]+|[A-ZÀ-Þ][\w’'-]+(?<!\bI))"
    r"|\b(?:[Aa]ccording[ ]to|[Ii]n[ ]the[ ]words[ ]of|[Qq]uot(?:es?|ed|ing)|[Ll]aut|[Ss]elon|[Ss]egún|[Ss]egundo|[Vv]olgens)\b",
)
"""Somebody says something. "It says", "I would say", "a way of saying" name no speaker, so they quote nobody."""
_SIGNED = re.compile(
    r"(?:—|–|--|(?<=\s)-)\s*\[?[*_]?[A-ZÀ-Þ][\w’'.-]+(?:[ ][A-ZÀ-Þ]?[\w’'.-]+){0,4}\W*\Z|\(p(?:age|p)?\.?\s?\d+\W{0,4}\Z"
)
"""A quotation with a name under it."""
_SCHOLARLY = (
    re.compile(r"[(\[][A-ZÀ-Þ][\w’'-]+(?:\s(?:et al\.?|(?:and|&)\s[A-Z][\w’'-]+))?,?\s(?:1[89]|20)\d\d[a-z]?[^)\]\n]{0,40}[)\]]"),
    re.compile(r"\b[A-ZÀ-Þ][\w’'-]+\s+(?:et\s+al\.?|and\s+colleagues)(?:,?\s*\(?(?:1[89]|20)\d\d\)?)?"),
    re.compile(r"\b[A-ZÀ-Þ][\w’'-]+(?:\s(?:and|&)\s[A-Z][\w’'-]+)?\s\((?:1[89]|20)\d\d[a-z]?\)"),
    re.compile(r"\bdoi:\s?10\.\S+|\barXiv:\s?\d{4}\.\d+|\bISBN[\s:]*[\d-]{10,}|\bRFC\s?\d{3,5}\b", re.I),
)  # fmt: skip
_STUDY = re.compile(
    r"""\b(?:(?:[Aa]|[Aa]n|[Oo]ne|[Tt]he|[Aa]nother|[Tt]heir|eine[r]?|une|un|uma|um|una)\s+(?:(?:recent|new|famous|large|small|long|well-known|
      (?:1[89]|20)\d\d|[A-Z][\w-]+|[a-z]+-year|meta-|\d+-person)\s+){0,3}
      (?:study|survey|paper|report|meta-analysis|white\s?paper|poll|Studie|Umfrage|étude|enquête|estudio
      |encuesta|estudo|pesquisa)(?:\s+(?:by|from|in|at|of\s+\d|published|conducted|done|von|der|aus|de|par|por|di)\b
      (?:\s+(?:the|by|in|at))?(?:\s+[A-Z0-9][\w’'-]*){0,4})
      |(?:[Rr]esearch|[Ss]tudies|[Ss]urveys|Forschung|recherches)\s+(?:by|from|at|published\s+in|conducted)\b
      (?:\s+(?:the|by|in|at))?(?:\s+[A-Z][\w’'-]*){1,4}
      |(?:[Rr]esearchers|[Ss]cientists|[Ee]conomists|psychologists|Forscher|chercheurs)\s+(?:at|from|in|der|de)\s+(?:the\s+)?
      (?:[A-Z][\w’'-]*\s*){1,4}
      |(?:[Aa]n?|[Tt]he)\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z][a-z][\w’'-]+\s+(?:(?:[A-Z][\w’'-]+\s+){0,3}
      (?:study|survey|poll)|(?:[A-Z][\w’'-]+\s+){1,3}(?:report|paper))\b
      |[Ee]xperts\s+(?:all\s+)?(?:recommend|advise|warn|believe|estimate)\b
      |(?:[Ss]tudies|[Rr]esearch|[Ss]urveys|[Ee]xperts|[Ss]cientists|[Rr]esearchers)\s+(?:have\s+|has\s+)?(?:show|shows|shown|suggest|suggests
      |suggested|found|find|prove[sdn]?|agree|confirm\w*)\b)""",
    re.X,
)


def quotations(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of words put into somebody's mouth that stand in none of the author's posts.

    Quotation marks around a term, a label or an inner thought quote nobody, and a block quote may be an aside:
    a quotation has a speaker beside it.
    """
    for part in page.quotes:
        said = page.prose[part.start : part.end]
        before = page.prose[max(0, part.start - 160) : part.start].rstrip()
        after = page.prose[part.end : part.end + 60].strip().split("\n")[0]
        attributed = (
            _SIGNED.search(said.rstrip()) or _SIGNED.match(after) or _SAYING.search(_last_sentence(before))
        )
        if attributed and len(words(said)) >= 4 and not _is_known(said, context):
            yield Doubt("quotation", "this quotation is in none of your posts: is it in its source?", *part)
    for found in _QUOTED.finditer(page.prose):
        said = next(filter(None, found.groups()), "")
        start, end = page.sentence(found.start())
        _, end = page.sentence(max(found.end() - 1, found.start()))
        around = page.prose[max(start, found.start() - 90) : found.start()]
        around += " " + page.prose[found.end() : max(found.end(), min(end, found.end() + 60))]
        around += " " + re.split(r"[.!?]", page.prose[found.end() : found.end() + 60])[0]
        if page.within(page.quotes, found.start()) or not _is_speech(said) or not _SAYING.search(around):
            continue
        if not _is_known(said, context):
            yield Doubt(
                "quotation",
                f"{quoted(said)} is in none of your posts: did anybody say it?",
                found.start(),
                found.end(),
            )


def _last_sentence(text: str) -> str:
    return re.split(r"[.!?]\s", text)[-1]


def _is_speech(said: str) -> bool:
    return len(words(said)) >= 4 or (len(said) >= 8 and not re.search(r"[A-Za-z]", said))


def _is_known(said: str, context: Context) -> bool:
    """Tell whether most runs of four words of a quotation are the author's."""
    found = words(said)
    if context.says(said):
        return True
    pieces = list(runs(found, 4))
    return bool(pieces) and sum(context.says(" ".join(piece)) for piece in pieces) >= 0.8 * len(pieces)


_REFERENCE = re.compile(
    r"(?m)^[ \t>]*(?:[-*+]|\[?\d+[.)\]])?[ \t]*[A-ZÀ-Þ][\w’'-]+,\s(?:[A-Z]\.[\s,&-]*)+[^\n]*$(?:\n(?!\s*\n|[ \t>]*(?:[-*+]|\d+[.)])\s)[^\n]+)*"
)
"""A line of a list of references: family name, initials, and what follows."""


def citations(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of papers, studies and "research shows" that the author never cited."""
    taken: list[tuple[int, int]] = []
    listed = [found for found in _REFERENCE.finditer(page.prose) if not context.says(found[0][:80])]
    if listed:
        start, end = listed[0].start(), listed[-1].end()
        taken += [found.span() for found in listed]
        count = "this source is" if len(listed) == 1 else f"these {len(listed)} sources are"
        yield Doubt("citation", f"{count} in none of your posts", start, end)
    for pattern in (*_SCHOLARLY, _STUDY):
        for found in pattern.finditer(page.prose):
            start, end = found.span()
            end -= len(found[0]) - len(found[0].rstrip())
            if any(a < end and start < b for a, b in taken) or context.says(found[0]):
                continue
            if found[0][0] not in "([" and (not is_claim(page, start) or _in_title(page.prose, start)):
                continue  # "Great Book (2004)" in a list of books
            taken.append((start, end))
            yield Doubt(
                "citation", f"{quoted(found[0])} is in none of your posts: which source is it?", start, end
            )


def _in_title(prose: str, offset: int) -> bool:
    """Tell whether the word before a name has a capital too, as in the title of a book."""
    return re.search(r"[A-Z][\w’'-]*[ ]\Z", prose[max(0, offset - 30) : offset]) is not None


def links(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of addresses that the author never used and that could not be taken out.

    In code an address may be anything, but for one that a reader would fetch something from.
    """
    code = [found.span() for found in _CODE.finditer(page.text)]
    for found in _ADDRESS.finditer(page.text):
        line = page.text[page.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        passed = any(a <= found.start() < b for a, b in code) and not _FETCHES.search(line)
        known = _HERE.match(found[0]) or is_own(found[0], context) or _is_written(found[0], context)
        if not passed and not known:
            yield Doubt("link", f"the address {quoted(found[0])} is in none of your posts", *found.span())


def _is_written(bare: str, context: Context) -> bool:
    """Tell whether the author wrote an address without its protocol, as it stands and no longer."""
    pattern = rf"(?<![\w@.-]){re.escape(bare)}(?![\w/@-])"
    return "://" not in bare and re.search(pattern, context.everything) is not None


def is_own(url: str, context: Context) -> bool:
    """Tell whether an address is one that the author uses, or a place in the same text."""
    wanted = address(url)
    return wanted in context.addresses or (wanted.startswith("#") and len(wanted) > 1)


def without_foreign_links(text: str, *, context: Context) -> tuple[str, tuple[str, ...]]:
    """Return `text` without links and images that aren't the author's, and a note on each.

    A link's words stay; an image goes with its description, since there is no picture behind it.
    """
    data = text.encode()
    cuts: list[tuple[int, int, bytes]] = []
    notes: list[str] = []
    open_ones: list[tuple[str, str, int, int]] = []
    inner: list[list[int]] = []
    whole = _MARKS.sub(
        lambda found: "x" * len(found[0].encode()), text
    )  # a blog's marks break an address apart
    for event, place in pyromark.events_with_range(whole, options=OPTIONS):
        if isinstance(event, str):
            continue
        kind, value = next(iter(event.items()))
        name = next(iter(value), "") if isinstance(value, dict) else value
        if kind == "Start" and name in ("Link", "Image"):
            tag: Any = value
            open_ones.append((name, str(tag[name]["dest_url"]), place["start"], place["end"]))
            inner.append([])
        elif kind == "End" and name in ("Link", "Image") and open_ones:
            name, url, start, end = open_ones.pop()
            spans = inner.pop()
            if is_own(url, context):
                continue
            shown = data[spans[0] : spans[-1]] if spans and name == "Link" else b""
            if re.match(rb"(?:https?:|www\.|mailto:)", shown.strip()):
                shown = b""
            cuts.append((start, end, shown))
            what = "a link" if name == "Link" else "an image"
            notes.append(f"{what} to {url[:80]} was taken away: you never used that address")
        elif open_ones and kind in ("Text", "Code", "Start"):
            for spans in inner:
                spans += [place["start"], place["end"]]
    result = data
    for start, end, shown in sorted(_outermost(cuts), reverse=True):
        result = result[:start] + shown + result[end:]
    cleaned, bare = _without_bare(result.decode(), context)
    defined = _without_definitions(cleaned, context)
    if defined != cleaned.rstrip():
        notes.append("the addresses of links that aren't yours were taken away")
    return (defined if notes or bare else text), (*notes, *bare)


def _outermost(cuts: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    return [c for c in cuts if not any(o != c and o[0] <= c[0] and c[1] <= o[1] for o in cuts)]


_ADDRESS = re.compile(
    r"""(?:https?://|www\.)[^\s<>)\]"'`]+
      |(?<![\w.@/(<"'=-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|co|ai|app|info|eu|de|fr|uk|ly)/[^\s<>)\]"'`*]*[\w/]
      |(?<=[ ](?:on|at)[ ])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|co|ai|app|info|eu)(?![\w/-])
      |(?<![\w.+:/-])[\w.+-]+@[\w-]+(?:\.[a-z]{2,})+""",
    re.X,
)
_FETCHES = re.compile(
    r"\b(?:curl|wget|iwr|irm|Invoke-WebRequest|git\s+clone|pip\s+install|npm\s+i(?:nstall)?)\b"
)
_HERE = re.compile(
    r"(?:https?://|[\w.+-]+@)?(?:localhost|127\.0\.0\.1|\[::1\]|(?:\w+\.)*example\.(?:com|org|net))\b"
)
_MARKS = re.compile(r"\{\{.*?\}\}")
_CODE = re.compile(r"(?ms)^(`{3,}|~{3,}).*?^\1|`[^`\n]+`")


def _without_bare(text: str, context: Context) -> tuple[str, tuple[str, ...]]:
    """Take away addresses that stand in the prose itself, outside of code."""
    code = [found.span() for found in _CODE.finditer(text)]
    notes: list[str] = []
    pieces, position = [], 0
    for found in re.finditer(
        r"[ \t]?[(<]?(?:https?://|www\.)[^\s<>()\]\"'`]*[^\s<>()\]\"'`.,;:!?][)>]?", text
    ):
        start, end = found.span()
        before = text[:start].rstrip(" ")
        if (
            any(a <= start < b for a, b in code)
            or before.endswith(("](", "]:"))
            or (text[start] == "(" and text[start - 1 : start] == "]")
        ):
            continue
        url = found[0].strip(" \t(<>)")
        if is_own(url, context):
            continue
        kept = found[0][-1] if found[0][-1] == ")" and "(" not in found[0] else ""
        pieces += [text[position:start], kept]
        position = end
        notes.append(f"the address {url[:80]} was taken away: you never used it")
    return "".join((*pieces, text[position:])), tuple(notes)


def _without_definitions(text: str, context: Context) -> str:
    """Take away reference definitions that lead to addresses which aren't the author's."""

    def judged(found: re.Match[str]) -> str:
        return found[0] if is_own(found[1], context) else ""

    return re.sub(
        r"(?m)^[ \t]*\[(?!\^)[^\]]+\]:[ \t]*<?(\S+?)>?(?:[ \t]+[\"'(].*)?[ \t]*(?:\n|\Z)", judged, text
    ).rstrip()
