"""People, companies and products that the author never named.

A capital letter alone proves nothing: it opens sentences, stands in titles and, in German, on every noun.
A name is doubted where something says what it names (a given name, a form of company, "a tool called …").
"""

# ruff: noqa: E501 -- a pattern is read more easily in one piece

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, words
from assistant.core.checks.doubt import Doubt, is_claim, quoted
from assistant.core.checks.page import Page

_CAP = r"[A-ZÀ-ÖØ-ÞА-Я][\w’'&-]*"
_NAME = (
    rf"{_CAP}(?:[ \t\n](?:(?:van|von|de|der|den|da|dos|di|la|le|el|of|for|and|&)[ \t]){{0,2}}{_CAP}){{0,4}}"
)
_RUN = re.compile(_NAME)
_PERSON_TITLE = re.compile(
    rf"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Herrn?|Frau|Madame|Monsieur|Mme|Señora?|Sra?|Dra?|Dott|Signora?)\.?[ ]"
    rf"({_CAP}(?:[ ]{_CAP}){{0,2}})"
)
_SPEECH = (
    r"(?:said|says|told|wrote|writes|argue[sd]|explain(?:s|ed)|note[sd]|replied|asked|put[ ]it|once|taught|suggest(?:s|ed)"
    r"|point(?:s|ed)[ ]out|found|discovered|calls|called|sagte|sagt|schrieb|schreibt|meinte|dit|disait|écrit|dijo|dice"
    r"|escribió|disse|diz|escreveu|ha[ ]detto|zei|schreef)"
)
_SPEAKER = re.compile(rf"({_CAP}(?:[ ]{_CAP}){{1,2}}),?[ ](?:[a-z]+[ ]){{0,2}}?{_SPEECH}\b")
_ATTRIBUTED = re.compile(
    r"\b(?:[Aa]ccording[ ]to|[Ii]n[ ]the[ ]words[ ]of|[Qq]uot(?:es|ed|ing)|[Ll]aut|[Nn]ach[ ]Angaben[ ]von|[Ss]elon|[Ss]egún|[Ss]egundo|[Ss]econdo"
    rf"|[Vv]olgens)[ ](?:(?:the|a|an|my|our)[ ])?(?:(?:latest|recent|new|annual|famous)[ ])?({_NAME})"
)
_KIN = re.compile(
    r"\b(?:colleagues?|coworkers?|friends?|managers?|boss|mentors?|teachers?|professors?|founders?|authors?|engineers?"
    r"|designers?|developers?|researchers?|Kolleg(?:e|in)|Chef(?:in)?|collègue|colega|jefe|collega)"
    rf"(?:[ ](?:named|called|namens|nommée?|llamad[oa]|chamad[oa]))?,?[ ]({_CAP}(?:[ ]{_CAP}){{0,2}})"
)
_SINGLED_OUT = re.compile(
    rf"\bnamed[ ]({_CAP}(?:[ ]{_CAP}){{1,2}})|\bIt[ ]was[ ]({_CAP}[ ]{_CAP}),?[ ]who\b"
    rf"|({_CAP}[ ]{_CAP})[ ](?:(?:likes|loves)[ ]to|reportedly|famously|swears[ ]by)\b"
    r"|\b(?:[Oo]ur|[Mm]y)[ ](?:[a-z]+[ ]){0,2}(?:host|provider|vendor|supplier|client|customer|employer|landlord|agency"
    r"|bank|publisher|editor|neighbou?r|friend|cousin|designer|lead|intern|founder)(?:[ ][a-z]+){0,3},[ ]"
    rf"({_CAP}(?:[ ]{_CAP}){{0,2}}),"
)
"""A name that the sentence is about, with what tells who it is."""
_SUBJECT = re.compile(
    rf"(?<![A-Z][\w’'-] )({_CAP}[ ]{_CAP})(?:,[ ](?:who|our|my|the|a|an)\b|[ ](?:and[ ]I|who|is|was|has|had|joined|left|started|led"
    r"|ran|built|took|came|gave|made|got|kept|went|set|sent|brought|showed|helped|used|moved|offered|decided|walked|sat|\w{2,}ed)\b)"
)
"""Two words with capitals that act: a person, or what is spoken of as one."""
_COMPANY_WORD = (
    r"(?:Inc|Ltd|LLC|LLP|PLC|GmbH|AG|SE|KG|Corp|Corporation|Company|Co|S\.?A|S\.?r\.?l|B\.?V|Oy|AB|ApS|Systems|Labs?"
    r"|Technologies|Software|Solutions|Partners|Ventures|Capital|Bank|University|Institute|Foundation|Agency|Consulting"
    r"|Group|Holdings?|Industries|Logistics|Analytics|Robotics|Health|Insurance|Airlines|College|Associates|Studios?"
    r"|Universität|Institut|Stiftung|Université|Universidad|Universidade|Università)"
)
_COMPANY = re.compile(
    rf"((?:{_CAP}[ ]){{1,3}}(?:&[ ])?{_COMPANY_WORD})\b|\b((?:University|Institute|Bank|Universität|Université|Universidad"
    rf"|Universidade)[ ](?:of|for|de|für|zu)[ ]{_CAP}(?:[ ]{_CAP})?)"
)
_EMPLOYER = re.compile(
    r"""\b(?:work(?:ed|ing|s)?[ ](?:at|for)|(?:job|role|position|team|teams|people|folks|colleagues|friends|engineers
      |researchers|developers|stint|internship|contract|interview(?:ed)?|consult(?:ed|ing))[ ](?:at|for|from)
      |(?:years?|months?)[ ]at|hired[ ]by|acquired(?:[ ]by)?|bought[ ]by|employed[ ]by|joined
      |(?:client|customer|employer|vendor|competitor),?
      |(?:CEO|CTO|COO|VP|founder|co-founder|head|director|president|chairman)[ ](?:of|at)
      |(?:company|start-?up|firm|agency|business|organi[sz]ation|shop|studio|Firma|Unternehmen|entreprise|société|empresa
      |azienda|bedrijf)(?:[ ](?:called|named|namens|appelée|llamada|chamada))?)[ ]("""
    + _NAME
    + ")",
    re.X,
)
_PARTNER = re.compile(
    r"\b(?:work(?:ed|ing|s)?|job|role|position|teams?|people|folks|colleagues|friends|engineers|researchers|developers|stint"
    rf"|internship|contract|interview(?:ed)?|consult(?:ed|ing)|partner(?:ed|ship))[ ]with[ ]({_NAME})"
)
_AT = re.compile(
    rf"(?:(?<=[.!?][ \n])|(?<=\A)|(?<=\n))At[ ]({_NAME}),?[ ](?:they|we|I|everybody|everyone|engineers|managers|teams)\b"
)
_PRODUCT = re.compile(
    r"""\b(?:(?:tool|app|application|product|library|service|platform|framework|package|plugin|plug-in|program|system
      |device|gadget|model|book|course|podcast|Werkzeug|Programm|Buch|outil|logiciel|livre|herramienta|libro|ferramenta
      |livro|strumento)[ ](?:called|named|titled|namens|appelée?|nommée?|llamad[oa]|chamad[oa]|chiamat[oa])
      |(?:switched|moved|migrated|upgraded|subscribed)[ ](?:over[ ])?(?:all[ ])?to|signed[ ]up[ ]for|rolled[ ]out
      |(?:installed|deployed|adopted|bought|purchased|replaced[ ]\w+[ ]with|replaced[ ]it[ ]with|licensed|trialled
      |trialed|evaluated|standardi[sz]ed[ ]on|settled[ ]on|relied[ ]on|swear[ ]by|powered[ ]by|thanks[ ]to))
      [ ](?:(?:a|an|the|our|my)[ ])?("""
    + _NAME
    + r"(?:[ ]\d[\d.]*)?)",
    re.X,
)
_BEGUN = re.compile(
    rf"\b(?:Switching|Moving|Migrating|Booking|Ordering|Buying|Signing[ ]up)[ ](?:[a-z]+[ ]){{0,3}}?(?:to|through|from|with|for|on)[ ]({_NAME})"
)
_VERSIONED = re.compile(rf"(?<![.!?] )(?<![\n.])\b({_CAP})[ ]v?\d+(?:\.\d+)+\b")
_USES = re.compile(
    r"""\b(?:I|[Ww]e)(?:['’](?:ve|d|ll|m|re))?[ \n](?:[a-z]+[ \n]){0,2}?
      (?:(?:use|used|using|tried|try|love|loved|prefer|open|opened|bought|buy|chose|picked|adopted|installed)
        |(?:keep|kept|put|track|tracked|store|stored|export|exported|moved?|switch|switched|host|hosted|pay|paid|planned
          |shared?|posted|chatted|logged|set|rely|relied|stopped|started)
        (?:[ \n](?!out\b|is\b|was\b|that\b)[a-z][a-z’'-]*){0,4}?[ \n](?:in|on|with|to|into|from|through|via|using))
      [ \n](?:(?:an?|my|our)[ \n])?("""
    + _NAME
    + r""")|\b(?:tools?|apps?|products?|services?|platforms?|software|plug-?ins?|librar(?:y|ies))[ ]
      (?:such[ ]as|like|called|named)[ ]("""
    + _NAME
    + ")",
    re.X,
)
"""Who merely mentions a product says nothing of it; who says that they use it does, however well it is known."""
_HUMPED = re.compile(
    r"(?<![\w.@#/-])(?:[A-Z][a-z]+){2,}(?![\w(.]*[(.]\w)\b|\b[A-Z][a-z]{2,}(?:[A-Z]{2,}|\.(?:io|ai|com))\b"
)
_OTHER_I = re.compile(r"\b(?:ich|wir|je|nous|nosotros|eu|nós|io|noi|wij)\b", re.I)
"""In other languages than English, a capital within a word has to do for what is said to be used."""
_TOLD = (
    (_EMPLOYER, "employer"),
    (_AT, "employer"),
    (_PARTNER, "company"),
    (_PRODUCT, "use"),
    (_BEGUN, "use"),
)
_SMALL = frozenset(
    ["of", "for", "and", "the", "a", "an", "de", "der", "den", "van", "von", "da", "dos", "di", "la", "le", "el", "&", "in", "on", "at", "to", "i", "i'm", "i've", "we", "my", "our", "it's", "it", "he", "she", "they", "this", "that", "these", "those", "when", "while", "if", "but", "so", "as", "after", "before", "then", "there", "here", "what", "who", "why", "how", "not", "no", "yes", "one", "let", "lets"]
)  # fmt: skip
_ALSO_WORDS = frozenset(
    [
        "will",
        "mark",
        "grace",
        "may",
        "rose",
        "bill",
        "art",
        "drew",
        "chase",
        "hope",
        "faith",
        "joy",
        "dawn",
        "summer",
        "sky",
        "jack",
        "rob",
        "pat",
        "ray",
        "gene",
        "dean",
        "frank",
        "max",
        "victor",
        "miles",
        "guy",
        "penny",
        "ruby",
        "amber",
        "pearl",
        "crystal",
        "jade",
        "iris",
        "heather",
        "holly",
        "ivy",
        "olive",
        "violet",
        "daisy",
        "lily",
        "april",
        "june",
        "august",
        "austin",
        "dallas",
        "paris",
        "london",
        "sydney",
        "florence",
        "jordan",
        "chelsea",
        "carol",
        "sue",
        "bob",
        "don",
        "ernest",
        "earnest",
        "norm",
        "grant",
        "wade",
        "lance",
        "reed",
        "peg",
        "nick",
        "chip",
        "buck",
        "rich",
        "van",
        "jean",
        "ali",
        "sam",
        "alex",
        "dan",
        "mika",
        "said",
        "cesar",
        "ernst",
        "roman",
        "said",
        "amber",
        "wei",
        "kim",
        "jan",
        "mar",
        "data",
        "java",
        "python",
        "julia",
        "ada",
        "ruby",
        "go",
        "scala",
    ]
)
"""Given names that are words or other names as well, and prove nothing when they stand alone."""


def names(page: Page, context: Context) -> Iterator[Doubt]:
    """Warn of people, companies and products in claims that the author never named."""
    taken: list[tuple[int, int]] = []
    said: set[str] = set()
    for code, start, end in _candidates(page, context):
        start, end = _trimmed(page.prose, start, end)
        name = page.prose[start:end]
        if not name or any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        if (
            name.casefold() in said
            or (name.isupper() and " " not in name)
            or _is_term(page.prose, start, end)
        ):
            continue
        said.add(name.casefold())
        if _is_known(name, context, code) or _is_title(page, start) or not is_claim(page, start):
            continue
        code = {"speaker": "person", "use": "product", "employer": "company"}.get(code, code)
        what = {"person": "person", "company": "company", "product": "product or work"}[code]
        yield Doubt(code, f"{quoted(name)} is in none of your posts: did you mean this {what}?", start, end)


def _candidates(page: Page, context: Context) -> Iterator[tuple[str, int, int]]:
    prose, given = page.prose, context.lists.given_names
    for found in _COMPANY.finditer(prose):
        yield "company", *found.span()
    for found in _SPEAKER.finditer(prose):
        yield "speaker", *found.span(1)
    for found in _PERSON_TITLE.finditer(prose):
        yield "person", *found.span(1)
    for found in _ATTRIBUTED.finditer(prose):
        yield "speaker", *found.span(1)
    for found in _KIN.finditer(prose):
        yield "person", *found.span(1)
    for found in _SUBJECT.finditer(prose):
        first, second = found[1].casefold().split()
        plain = first in context.vocabulary or first.endswith("ly") or second in _SMALL or "-" in first
        if not found[1].isupper() and not plain:
            yield "person", *found.span(1)
    german = (page.language or context.language) == "de"
    for found in _RUN.finditer(prose):
        start = found.start()
        for word in re.finditer(r"\S+", found[0]):
            if word[0].casefold().removesuffix("'s").removesuffix("’s") in given:
                rest = found[0][word.start() :]
                several = re.match(
                    rf"{_CAP}(?:[ \n](?:van|von|de|der|den|da)[ ]|[ \n]){_CAP}(?:[ ]{_CAP})?", rest
                )
                if german and several and not _looks_german_name(several[0], context):
                    several = None
                if several:
                    yield "person", start + word.start(), start + word.start() + len(several[0])
                elif word[0].casefold() not in _ALSO_WORDS and len(word[0]) > 2:
                    yield "person", start + word.start(), start + word.end()
                break
    for pattern, code in _TOLD:
        for found in pattern.finditer(prose):
            if not german or " " in found[1] or re.search(r"namens|GmbH|AG\b", found[0]):
                yield code, *found.span(1)
    for found in _SINGLED_OUT.finditer(prose):
        yield "speaker", *found.span(found.lastindex or 0)
    for found in _VERSIONED.finditer(prose):
        if re.match(r"(?:Equation|Figure|Table|Section|Chapter|Version|Fig|Eq|Part|Step)\b", found[0]):
            continue
        yield "product", *found.span()
    for found in _USES.finditer(prose):
        yield "use", *found.span(1 if found[1] else 2)
    for found in _HUMPED.finditer(prose):
        start, end = page.sentence(found.start())
        if _OTHER_I.search(prose[start:end]):
            yield "product", *found.span()


def _is_term(prose: str, start: int, end: int) -> bool:
    """Tell whether these words only spell out an abbreviation beside them, as in "Open Systems (OS)"."""
    initials = "".join(word[0] for word in prose[start:end].split() if word[0].isupper())
    around = prose[max(0, start - 12) : start] + " " + prose[end : end + 12]
    return len(initials) >= 2 and re.search(rf"(?<!\w){re.escape(initials)}s?(?!\w)", around) is not None


def _looks_german_name(name: str, context: Context) -> bool:
    """Tell whether what follows a given name in German is a family name and not the next noun."""
    return words(name)[-1] not in context.vocabulary


def _trimmed(prose: str, start: int, end: int) -> tuple[int, int]:
    """Take small words off both ends, and the possessive."""
    pieces = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", prose[start:end])]
    while pieces and prose[slice(*pieces[0])].casefold() in _SMALL:
        pieces.pop(0)
    while pieces and prose[slice(*pieces[-1])].casefold() in _SMALL:
        pieces.pop()
    if not pieces:
        return start, start
    start, end = pieces[0][0], pieces[-1][1]
    trailing = re.search(r"(?:['’]s?|[.,;:&-]+)\Z", prose[start:end])
    return start, end - len(trailing[0]) if trailing else end


def _is_known(name: str, context: Context, code: str) -> bool:
    """Tell whether the author wrote this name, or everybody knows it and only a mention is made of it."""
    lists = context.lists
    known = lists.known_names
    if code not in ("use", "employer"):
        known |= lists.known_products
    if code != "speaker":
        known |= lists.known_people
    folded = [w.removesuffix("'s") for w in words(re.sub(r"-[a-z]+\Z", "", name))]
    if not folded or context.says(" ".join(folded)) or " ".join(folded) in known:
        return True
    telling = [w for w in folded if w not in _SMALL and not w.isdigit()]
    return all(word in known or word in context.capitalised for word in telling)


def _is_title(page: Page, offset: int) -> bool:
    """Tell whether the words around stand in title case, where a capital says nothing."""
    start, end = page.sentence(offset)
    found = re.findall(r"[^\W\d_]{4,}", page.prose[start:end])
    return len(found) >= 3 and sum(word[0].isupper() for word in found) >= 0.75 * len(found)
