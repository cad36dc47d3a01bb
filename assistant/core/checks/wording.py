"""Experience claimed, text said before, clichés, spelling, and bullets that lost their meaning."""

# ruff: noqa: E501 -- a pattern is read more easily in one piece

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import SHINGLE, Context, runs, words
from assistant.core.checks.doubt import Doubt, quoted
from assistant.core.checks.page import Page
from assistant.core.text.language import COMMON

_COUNT = (
    r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|many|several"
    r"|a[ ]few|some|most[ ]of|nearly[ ]\w+|almost[ ]\w+|over[ ](?:a[ ])?\w+|more[ ]than[ ](?:a[ ])?\w+|the[ ]last[ ]\w+|the[ ]past[ ]\w+|countless|all)"
)
_SPAN = r"(?:years?|decades?|months|career|time[ ]as|tenure|days[ ]as|stint)"
_EXPERIENCE = (
    re.compile(rf"\b(?:in|over|during|through(?:out)?|across|after|with)[ ]my[ ](?:own[ ]|whole[ ]|long[ ]|entire[ ])?(?:{_COUNT}[ ](?:or[ ]so[ ])?)?(?:\w+[ ])?{_SPAN}\b[^.,;\n]{{0,30}}", re.I),
    re.compile(rf"\b(?:for|after|in|over)[ ]{_COUNT}[ ](?:\w+[ ])?(?:years|decades)[ ](?:of[ ](?:experience|work(?:ing)?|teaching|running|leading|managing|building|writing|doing|practice|service|coaching|consulting|programming|coding)\b|as[ ]an?\b|in[ ](?:the[ ])?(?:industry|business|field|tech|software|role|job)|I(?:['’]ve|[ ]have))[^.,;\n]{{0,30}}", re.I),
    re.compile(rf"\bI(?:['’]ve|[ ]have)[ ](?:been[ ](?!able|told|asked)\w+|spent|worked|led|managed|built|run|taught|seen|coached|mentored|hired|interviewed|shipped|advised|consulted)\b[^.;\n]{{0,50}}?\b(?:for|over|across)?[ ]?(?:{_COUNT})[ ](?:\w+[ ])?(?:years|decades|teams|companies|clients|engineers|people|projects|startups|students)\b", re.I),
    re.compile(r"\bas[ ](?:a|an)[ ](?:former|retired|seasoned|veteran|long-?time|certified|senior|lifelong|ex-)[ -]?\w+(?:[ ]\w+)?", re.I),
    re.compile(r"\b(?:back[ ])?when[ ]I[ ](?:was[ ](?:a|an|the|at|working|running|leading|managing|employed)|worked|led|ran|managed|joined|started[ ](?:at|as)[ ](?:a|an|the)?)\b(?:[ ](?:as|at|for|with|in|on))?[^.,;\n]{0,40}", re.I),
    re.compile(r"\bat[ ]my[ ](?:last|previous|former|first|old|current)[ ](?:company|job|employer|startup|firm|team|workplace|school|role)\b", re.I),
    re.compile(r"\b(?:one|some|many|most|several|all)[ ]of[ ]my[ ](?:clients|customers|students|patients|readers|direct[ ]reports)\b[^.,;\n]{0,30}", re.I),
    re.compile(r"\bI[ ](?:used[ ]to[ ](?:work|be[ ]an?|teach|run|lead|manage|live)|spent[ ][\w-]+[ ](?:years|months|decades)|once[ ](?:worked|ran|led|managed|taught))\b[^.,;\n]{0,30}", re.I),
    re.compile(r"\bI[ ]worked[ ](?:as[ ]an?|at|for)[ ](?!it|this|that|the[ ]most|some|a[ ]while|hours|days|weeks|months|years|\d)[^.,;\n]{2,40}", re.I),
    re.compile(r"\bI(?:['’]ve|[ ]have)[ ](?:\w+[ ])?\w+(?:[ ]with)?[ ](?:over[ ]|more[ ]than[ ])?(?:hundreds|thousands|dozens|scores)[ ]of[ ]\w+", re.I),
    re.compile(r"\bI(?:['’]ve|[ ]have)[ ]been[ ]\w+ing\b[^.;\n]{0,40}?\bfor[ ](?:over|more[ ]than|nearly|almost|about|well[ ]over)?[ ]?(?:a|two|three)[ ]decades?\b", re.I),
    re.compile(r"\b(?:with|after)[ ](?:over[ ]|more[ ]than[ ])?(?:a|two|three|several|\d+|ten|twenty)\+?[ ](?:decades?|years)[ ]of[ ](?:\w+[ ])?experience\b", re.I),
    re.compile(r"\b(?:my[ ](?:(?:old|first|former|last|then|new|own)[ ])?(?:doctor|therapist|boss|lawyer|accountant|mentor|coach|manager|professor|teacher|supervisor|colleague|team[ ]lead|director)|an?[ ](?:client|customer|student|patient|reader|colleague|friend)[ ]of[ ]mine)[ ](?:once[ ]|recently[ ]|always[ ]|later[ ]|then[ ])?(?:told|said|asked|called|wrote|warned|taught|replied|answered|used[ ]to[ ]\w+|quit|lost|left)\b[^.,;\n]{0,30}", re.I),
    re.compile(r"(?:(?<=[.!?][ \n])|(?<=\A)|(?<=\n))My[ ](?!mother[ ](?:tongue|language))(?:wife|husband|girlfriend|boyfriend|son|daughter|mother|father|mom|mum|dad|brother|sister|uncle|aunt|grandmother|grandfather|grandma|grandpa)\b[^.;\n]{0,30}"),
    re.compile(r"\byears[ ]ago,?[ ]I[ ](?:ran|led|owned|founded|sold|lost|left|quit|managed|worked|lived|taught)\b[^.,;\n]{0,30}|\blast[ ](?:year|month|summer|winter|spring|autumn|fall),?[ ]I[ ](?:burned[ ]out|lost|left|quit|sold|founded|was[ ](?:fired|laid[ ]off|promoted|hired))\b[^.,;\n]{0,30}", re.I),
    re.compile(r"\b(?:having|I[ ]have)[ ](?:run|led|managed|founded|owned|built)[ ](?:an?|the|my|\w+)[ ]\w+", re.I),
    re.compile(r"\bduring[ ]my[ ](?:time|days|years)[ ](?:in|at|with|as)\b[^.,;\n]{0,30}|\bas[ ]an?[ ]\w+[ ](?:of|with)[ ](?:\w+|\d+)[ ]years\b", re.I),
    re.compile(r"(?:(?<=[.!?][ \n])|(?<=\A))My[ ](?:students|clients|patients|customers|employees)\b", re.I),
    re.compile(r"\bearly[ ]in[ ]my[ ](?:career|time)\b|\bI(?:['’]ve|[ ]have)[ ]seen[ ](?:this|it)[ ](?:happen|time[ ]and|again|in[ ](?:every|many))\b[^.,;\n]{0,30}", re.I),
    re.compile(r"\bI[ ](?:once[ ]|recently[ ]|later[ ]|even[ ])?(?:(?:gave|held)[ ]a[ ](?:talk|lecture|keynote|workshop)|spoke[ ]at|interviewed|surveyed|studied[ ](?!the\b|it\b|this\b|how\b|them\b|my\b)|graduated[ ](?:in|with|as)|majored|burn(?:ed|t)[ ]out|(?:got|was)[ ](?:fired|laid[ ]off|promoted)|founded|co-?founded|coached|mentored|dropped[ ]out|served[ ]in)\b[^.,;\n]{0,30}", re.I),
    re.compile(r"\bI[ ]spent[ ](?:most|much|half|all|part)[ ]of[ ](?:my|last)\b[^.,;\n]{0,30}|\bhaving[ ](?:grown[ ]up|lived|worked|spent|taught|studied)\b[^.,;\n]{0,30}|\bI[ ](?:grew[ ]up|was[ ](?:born|raised))\b[^.,;\n]{0,30}|\bI[ ]once[ ](?!wonder|ask|lik|lov|hat|need|want|hop|tri|consider)\w+ed\b[^.,;\n]{0,40}|\b(?<=[.!?][ \n])The[ ]first[ ]time[ ]I[ ]\w+ed\b[^.;\n]{0,40}|\bmy[ ](?:student[ ]loans?|divorce|wedding|graduation|PhD|dissertation|mortgage|childhood)\b", re.I),
    re.compile(r"\b(?:in|während|seit|nach)[ ](?:meine[nr]|über|mehr[ ]als)?[ ]?(?:\w+[ ]){0,2}(?:Jahren[ ](?:als|in|bei|Erfahrung)|Laufbahn|Karriere|Berufsjahren|Berufsleben|Berufserfahrung)\b[^.,;\n]{0,30}|\bals[ ]ich[ ](?:noch[ ])?(?:bei|als|für)[ ][^.,;\n]{3,40}", re.I),
    re.compile(r"\b(?:dans|pendant|au[ ]cours[ ]de|durant)[ ](?:mes|ma)[ ](?:\w+[ ]){0,2}(?:années|ans|carrière)\b[^.,;\n]{0,30}|\bquand[ ]je[ ]travaillais\b[^.,;\n]{0,40}", re.I),
    re.compile(r"\b(?:en|durante|a[ ]lo[ ]largo[ ]de)[ ](?:mis|mi|meus|minha)[ ](?:\w+[ ]){0,2}(?:años|anos|carrera|carreira)\b[^.,;\n]{0,30}|\bcuando[ ]trabajaba\b[^.,;\n]{0,40}|\bquando[ ]eu[ ]trabalhava\b[^.,;\n]{0,40}", re.I),
)  # fmt: skip


def experience(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of a past that the author never told of: years in a trade, earlier jobs, clients."""
    taken: list[tuple[int, int]] = []
    for pattern in _EXPERIENCE:
        for found in pattern.finditer(page.prose):
            start, end = found.start(), found.start() + len(found[0].rstrip())
            if any(a < end and start < b for a, b in taken) or _is_told(found[0], context):
                continue
            taken.append((start, end))
            yield Doubt("experience", f"you never said this of yourself: {quoted(found[0])}", start, end)


def _is_told(phrase: str, context: Context) -> bool:
    """Tell whether the author told of this: the first words of the phrase, or all that is telling in it."""
    said = words(phrase)
    return context.says(" ".join(said[:6])) if len(said) > 6 else context.says(" ".join(said))


LEAST_REPEATED = 14
"""Words in a row that are more than a turn of phrase; of a short text, a quarter of its shingles is enough."""


def repetition(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of text that is nearly identical to another section or to one that the model was shown."""
    prose = page.prose
    for start, end in page.links:  # the name of another text is the same wherever it is linked
        prose = prose[:start] + " " * (end - start) + prose[end:]
    found = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", prose)]
    notes = set(runs(words(page.replaced)))
    known = [run in context.shingles and run not in notes for run in runs(words(prose))]
    index = 0
    while index < len(known):
        if not known[index]:
            index += 1
            continue
        last = index
        while last + 1 < len(known) and any(known[last + 1 : last + SHINGLE + 3]):
            last += 1 + known[last + 1 :].index(True)  # one word exchanged breaks eight runs
        end_word = min(last + SHINGLE - 1, len(found) - 1)
        start, end = found[index][0], found[end_word][1]
        if end_word - index + 1 >= LEAST_REPEATED or sum(known) >= 0.25 * len(known):
            yield Doubt("repetition", "these words stand in another section already", start, end)
        index = last + SHINGLE


def cliches(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of phrases that give machine prose away, unless the author uses them."""
    for phrase in context.lists.cliches:
        pattern = r"\b" + re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", r"\w*").replace("'", "['’]")
        for found in re.finditer(pattern + (r"\b" if phrase[-1].isalnum() else ""), page.prose, re.I):
            if not context.says(found[0]):
                yield Doubt("cliche", f"{quoted(found[0])} sounds like a machine", *found.span())


LEAST_SPELLINGS = 3
"""Words that tell an author's spelling; one or two may be slips or names."""


def spelling(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of American forms in a British author's text, and the other way round.

    Which the author writes is counted in their own words; an author who mixes both is left alone.
    """
    british = {b: a for b, a in context.lists.spellings}
    american = {a: b for b, a in context.lists.spellings}
    if (page.language or "en") != "en":
        return
    mine = context.vocabulary
    counts = (sum(word in mine for word in british), sum(word in mine for word in american))
    if max(counts) < LEAST_SPELLINGS or max(counts) < 8 * min(counts):
        return
    wrong, name = (american, "British") if counts[0] > counts[1] else (british, "American")
    for found in re.finditer(r"[^\W\d_]+", page.prose):
        if found[0][0].isupper() and re.search(
            r"\w,?[ \n]\Z", page.prose[max(0, found.start() - 3) : found.start()]
        ):
            continue  # a name, which has its own spelling
        if (better := wrong.get(found[0].casefold())) and found[0].casefold() not in mine:
            yield Doubt("spelling", f"your spelling is {name}: {better}, not {found[0]}", *found.span())


_NEGATION = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "without",
        "nicht",
        "kein",
        "keine",
        "nie",
        "jamais",
        "pas",
        "nunca",
        "não",
        "non",
    ]
)
_COMMONEST = frozenset(word for found in COMMON.values() for word in found.split())


def _note_meaning(page: Page, note: str) -> Iterator[Doubt]:
    """Warn when one of the author's notes is not in the text, or its "not" isn't."""
    wanted = [w for w in dict.fromkeys(words(note)) if w not in _COMMONEST | _NEGATION and len(w) > 3]
    if len(wanted) < 2:
        return

    def lost(said: list[str]) -> list[str]:
        return [w for w in wanted if not any(t[:5] == w[:5] for t in said)]

    if len(missing := lost(words(page.text))) > len(wanted) / 2:
        shown = quoted(", ".join(missing))
        yield Doubt("meaning", f"of your notes, this is missing: {shown}", 0, len(page.text))
    elif _denies(words(note)):
        places = [place for place in page.sentences if not lost(words(page.prose[place[0] : place[1]]))]
        if places and not any(_denies(words(page.prose[start:end])) for start, end in places):
            yield Doubt("meaning", "this turns your own note into its opposite", *places[0])


def _denies(said: list[str]) -> bool:
    return any(word in _NEGATION or word.endswith("n't") for word in said)


def meaning(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn when the words of a bullet or a note that was to be expanded did not survive.

    Where they stay in the draft before the expansion, only their opposite can be lost: a "not" said away.
    """
    whole = (0, len(page.text))
    if page.replaced:
        for note in page.replaced.split("\n"):
            yield from _note_meaning(page, note)
        missing = set(re.findall(r"\d+", page.replaced)) - set(re.findall(r"\d+", page.text))
        if missing:
            shown = quoted(", ".join(sorted(missing)))
            yield Doubt("meaning", f"of your notes, this figure is missing: {shown}", *whole)
        return
    if not page.target:
        return
    for start, end in page.sentences:
        said = set(words(page.prose[start:end]))
        mine = set(words(page.target))
        content = {w for w in mine - _COMMONEST - _NEGATION if len(w) > 3}
        if len(content) < 3 or len(content & said) < 0.8 * len(content):
            continue
        if bool(said & _NEGATION) != bool(mine & _NEGATION):
            yield Doubt("meaning", "this turns your own point into its opposite", start, end)
