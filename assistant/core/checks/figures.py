"""Numbers, amounts of money and dates that the author never gave."""

# ruff: noqa: E501 -- a pattern is read more easily in one piece

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, digits
from assistant.core.checks.doubt import LEAST_SAID, Doubt, is_claim, quoted
from assistant.core.checks.page import Page, Part

_MONTHS = (
    r"(?:Jan(?:uary|uar)?|Feb(?:ruary|ruar)?|Mar(?:ch)?|März|Apr(?:il)?|May|Mai|June?|Juni|July?|Juli|Aug(?:ust)?"
    r"|Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?|janvier|février|mars|avril|mai|juin|juillet|août"
    r"|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre"
    r"|noviembre|diciembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|gennaio"
    r"|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|augustus)"
)
_DATE = re.compile(
    rf"""(?<![\w-])(?:\d{{4}}-\d\d?-\d\d?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}
      |\d{{1,2}}(?:st|nd|rd|th|\.|º)?\s+(?:of\s+|de\s+)?{_MONTHS}\b\.?(?:,?\s+(?:de\s+)?\d{{4}})?
      |{_MONTHS}\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+(?:of\s+|de\s+)?\d{{4}})
      |{_MONTHS}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?![.,]?\d))
      |\d{{4}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?""",
    re.X,
)
_YEAR = re.compile(
    r"(?<![\w.,/$€£-])(?:1[89]\d\d|20\d\d)(?![\w%]|[.,]\d|-\d)(?!\s*(?:px|ms|kb|mb|gb|words|lines))"
)
_SCALE = r"(?:\s?(?:k|m|bn|thousand|million|billion|trillion|Millionen|Milliarden|millones|millions?|milliards?|mil)\b)?"
_AMOUNT = r"\d+(?:[.,]\d{3})*(?:[.,]\d+)?"
_MONEY = re.compile(
    rf"(?:US)?[$€£¥₹]\s?{_AMOUNT}{_SCALE}"
    rf"|\b{_AMOUNT}{_SCALE}\s?(?:€|£|(?:dollars?|euros?|pounds|USD|EUR|GBP|CHF|dólares|reais|Franken|yen|crowns)\b)"
    r"|\d+(?:[.,]\d+)?\s?(?:万|億)?円",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w.,:/#=<>^*+$€£_-])~?\d+(?:[.,]\d{3})*(?:[.,]\d+)?"
    r"(?:\s?(?:%|percent\b|per\s+cent\b|Prozent\b|por\s?cien?to\b|pour\s+cent\b|×|x\b|[kKM]\b"
    r"|(?:thousand|million|billion|trillion|times(?=\s+(?:as|more|faster|larger|bigger|cheaper|slower|the|that)))\b)"
    r"|(?:[KMGT]i?B|ms|kg|km|cm|mm|GHz|MHz|kWh|mph)\b|-(?=[a-z])|\+)?"
    r"(?![\w:=<>^*/_]|[.,:]\d|-\d|\s*[=<>*^≈])"
)
_SPELLED = re.compile(
    r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight"
    r"|nine))?|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:two|three|four|five|six|seven|eight|nine)\s+(?:hundred|thousand|million)"
    r"|(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|zwölf|dreizehn|vierzehn|fünfzehn))"
    r"(?=\s+(?!or\b)[a-zäöü])",
    re.I,
)
_SPELLED_MONEY = re.compile(
    r"\b(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"(?:-\w+)?)(?:\s+(?:hundred|thousand|million|billion))*\s+(?:dollars|euros|pounds|bucks)\b",
    re.I,
)
_RATIO = re.compile(
    r"\b(?:doubl|tripl|quadrupl|halv)ed\b(?!\s+(?:the|down|back|up|over)\b)"
    r"|\b(?:a|one|two|three)[- ](?:thirds?|quarters?|fifths?|tenths?)\s+of\s+(?:my|our|the|all|them|us|these|those)\b(?!\s+way\b)"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine)\s+(?:out\s+of|in)\s+(?:every\s+)?"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|twenty|a\s+hundred)\b",
    re.I,
)
_PERIOD = re.compile(
    rf"\b(?:[Ll]ast\s+(?:{_MONTHS}|spring|summer|autumn|fall|winter)|Q[1-4]"
    r"|(?:of|in|since|spring|summer|autumn|fall|winter)\s['’]\d\d(?!\w)"
    r"|(?:in|since|from|until|by)\s+the\s+(?:(?:early|mid|late)[ -])?(?:sixties|seventies|eighties|nineties|noughties))\b"
)
_IDIOM = re.compile(r"(?:0|50|99(?:\.9+)?|100)\s?(?:%|percent)\Z")
"""Figures of speech: 99 % of the time, half and half, not at all."""
_LABEL = re.compile(
    r"""(?:\b(?:fig(?:ure)?|table|chapter|section|page|pages|pp?|step|steps|part|rule|line|lines|version|v|lesson
      |equation|eq|level|no|nr|number|port|article|volume|vol|season|episode|round|phase|question|item|option|note
      |day|week|stage|tier|grade|exercise|problem|issue|ticket|bug|pr|channel|room|slide|act|top|kapitel|seite|schritt
      |abbildung|tabelle|chapitre|étape|página|capítulo|paso|passo)s?\.?|\#)\s*\Z""",
    re.X | re.I,
)
_CALENDAR = re.compile(
    r"(?:7|12|24|28|30|31|52|60|365|366)[\s-]+(?:days?|hours?|minutes?|seconds?|weeks?|months?)\b", re.I
)
"""What a week, a day and a year are made of is nobody's claim."""
_CAPITAL_BEFORE = re.compile(r"[A-Z][\w.-]*[ \t]\Z")
SMALL = 10
"""Counts up to here are told by heart and prove nothing either way: "three reasons", "the two of us"."""


def figures(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of each date, amount and number in a claim that stands nowhere in what the author wrote."""
    taken: list[Part] = []
    said: set[str] = set()
    for table in page.tables:
        taken.append(table)
        unknown = [m for m in _NUMBER.finditer(page.prose, *table) if digits(m[0]) not in context.numbers]
        if len(unknown) > 1:
            yield Doubt("number", "the figures of this table are not in your posts", *table)
    for code, what, pattern in (
        ("date", "date", _DATE),
        ("money", "amount", _MONEY),
        ("money", "amount", _SPELLED_MONEY),
        ("date", "year", _YEAR),
        ("number", "number", _NUMBER),
        ("number", "number", _SPELLED),
        ("number", "figure", _RATIO),
        ("date", "time", _PERIOD),
    ):
        for found in pattern.finditer(page.prose):
            start, end = found.span()
            if page.within(tuple(taken), start):
                continue
            taken.append(Part(start, end))
            if _is_known(found[0], code, context) or not is_claim(
                page, start, least=2 if code == "money" else LEAST_SAID, until=end
            ):
                continue
            if pattern is _NUMBER and not _counts(page, found):
                continue
            if code == "money" and re.search(
                r"[=*/+×-]\s*\Z", page.prose[line_start(page.prose, start) : start]
            ):
                continue  # a step of a sum, whose figures follow from one another
            if found[0].casefold() in said:
                continue  # one doubt is enough for a figure, however often it comes
            said.add(found[0].casefold())
            yield Doubt(
                code, f"{quoted(found[0])} is in none of your posts: is that {what} right?", start, end
            )


def _is_known(said: str, code: str, context: Context) -> bool:
    """Tell whether the author gave this figure, in whatever notation."""
    numbers = re.findall(_AMOUNT, said)
    if not numbers:
        return context.says(re.sub(r"\s+of\s+\w+\Z", "", said))
    if code == "date" and re.search(r"[^\W\d]{3}", said):
        return context.says(said) or _same_date(said, context)
    return all(digits(number) in context.numbers for number in numbers)


def _same_date(said: str, context: Context) -> bool:
    """Tell whether day, month and year stand near one another somewhere, in any order."""
    wanted = [w for w in re.findall(r"\d+|[^\W\d]{3,}", said.casefold()) if w not in ("the",)]
    month = next((w for w in wanted if not w.isdigit()), "")
    for found in re.finditer(rf"\b{re.escape(month[:3])}", context.folded):
        near = context.folded[max(0, found.start() - 16) : found.end() + 24]
        if all(re.search(rf"(?<!\d){re.escape(w)}", near) for w in wanted if w.isdigit()):
            return True
    return False


def _counts(page: Page, found: re.Match[str]) -> bool:
    """Tell whether a number counts or measures something, rather than name, order or set it."""
    before = page.prose[max(0, found.start() - 24) : found.start()]
    if _CALENDAR.match(page.prose, found.start()):
        return False
    if _IDIOM.match(found[0]):
        return False
    marked = bool(re.search(r"[%×xkKM]|per|Proz|por|pour|times|illion|thousand", found[0]))
    if _LABEL.search(before) or (_CAPITAL_BEFORE.search(before) and not marked):
        return False
    value = float(digits(re.match(r"~?([\d.,]+)", found[0])[1]) or 0)  # type: ignore[index]
    if marked:
        return True
    line = line_start(page.prose, found.start())
    if not page.prose[line : found.start()].strip() and re.match(r"[.)]\s", page.prose[found.end() :]):
        return False
    if re.search(r"\b(?:factor|rate|total|average|number)\s+of\s+\Z", before):
        return True
    counted = re.match(r"[ \t\n]*[^\W\d_]", page.prose[found.end() :]) or re.match(
        r"-[^A-Z]", page.text[found.end() :]
    )
    return value > SMALL and bool(counted)


def line_start(text: str, offset: int) -> int:
    """Return where the line of a character begins."""
    return text.rfind("\n", 0, offset) + 1
