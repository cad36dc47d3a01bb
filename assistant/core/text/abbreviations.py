"""Tell how surely a stop before a capital ends a sentence: `etc.` does, `Dr.` doesn't, `U.S.` may.

The words are here, as the commonest ones of each language are in `language`: sentences are split where no
file can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache

from assistant.core.text import lazy
from assistant.core.text.language import is_common
from assistant.core.text.words import first_word, squeezed


class Ending(Enum):
    """Whether a stop ends its sentence."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_LEADS = {
    "": "Dr Prof Mr Mrs Ms Hr cf vs fig ca e.g i.e viz Mio Mrd",
    "en": "Messrs Rev Gen Lt Sgt Capt Cmdr Maj Hon Gov Sen Mt Ft Vol p pp ch nos esp incl excl",
    "de": "dr prof v Fr Frl dipl Ing Hptm Abb Kap Fa Bd Nr S vgl bzw ggf evtl sog inkl exkl zzgl insb bspw "
    "geb gez hl ehem dt engl frz lat Tel z.b d.h i.d.r u.u v.a z.t o.g m.e",
    "fr": "dr prof M MM Mme Mmes Mlle Mlles Mgr St Ste p pp env chap av bd p.ex c.-à-d",
    "es": "dr prof sr sra sres sras srta D dn dña dra lic ing gral p pág págs cap núm art av avda p.ej",
    "pt": "dr prof sr sra srs sras srta D dra profa eng arq p pág págs cap núm art av séc p.ex",
    "it": "dr prof sig sigg sig.ra sig.na dott dott.ssa ing avv geom rag arch mons S p pag pagg cap art "
    "es p.es",
    "nl": "dr prof dhr mevr mej drs ir ing jhr st p pag blz bijv bv nr nrs art afb hfdst o.a d.w.z m.a.w "
    "t.a.v i.v.m m.b.t",
    "ru": "ул пл наб пер пос проф акад тов св см ср напр стр т.е т.к т.н",
}
"""What comes after these belongs to them: `Dr. Berg`, `siehe Abb. Drei`, `т. е. Центр`.

Where one has a capital here, it is unclear without it: `ask the prof. Then …` So is each of them before a
word that begins sentences: `on Elm St. The …`, `la casa de la Sra. El …`
"""
_BEGINNINGS = (
    "he she my our there then er mein unser dann elle ils mon notre puis él ella mi nuestro luego entonces "
    "ele ela meu minha nosso depois egli lei mio nostro poi hij zij mijn onze toen она они мой наш потом"
)
"""Words that begin sentences as the commonest ones do, and no name: `He`, `Dann`."""
_ENDS = {
    "": "etc al",
    "de": "usw usf u.s.w o.ä u.ä u.dgl",
    "it": "ecc",
    "nl": "enz e.d e.a",
    "ru": "т.д т.п др",
}
"""These end a list, and before a capital their sentence: `rope, tar, etc. Then …`, `Smith et al. Then …`."""
_EITHER = {
    "": "co inc ltd jr",
    "en": "approx sr",
    "de": "u.a s.o s.u v.chr n.chr",
    "fr": "apr.j.-c av.j.-c",
    "es": "ud uds vd vds cía ee.uu cc.oo ff.aa rr.hh a.c d.c",
    "pt": "cia lda ltda v.exa a.c d.c",
    "it": "a.c d.c",
    "ru": "г пр",
}
"""These do both: `Kunz & Co. Dann …` and `die Co. Kunz`. Of the first, English needs none, see `ending`."""

_SHORT = 24
"""Characters before a stop to search for an abbreviation."""
_BEFORE = lazy.pattern(r"(?<![\w.])(?:[^\W\d_]{1,3}\.-?\s?)*[^\W\d_][\w-]*\.\Z")
"""A word before a stop, and short ones with stops before it: `Seil u. a.`, `50 av. J.-C.`"""
_NEXT = lazy.pattern(r"\s([^\W\d_]{1,3})\.")
"""A short word after the stop that has one, too."""
_MEASURED = lazy.pattern(r"\d\s?\Z")
"""A number makes a unit of what is after it, which has no stop of its own: `It weighed 10 kg. Then …`"""
_AMOUNTS = ("Mio", "Mrd")
"""These have a stop behind a number, too: `1,5 Mio. Euro`."""
_INITIALS = lazy.pattern(r"(?<!\w)[A-ZÀ-ÞА-Я]\.\s[A-ZÀ-ÞА-Я]\.\Z")
"""A name comes after them, and nothing ends between them: `T. S. Eliot`."""
_LETTERS = lazy.pattern(r"(?i)(?<![\w-])(?:[^\W\d_][.-]\s?)+\Z")
"""Letters with stops: `S.p.A.` sentencex knows what begins an English sentence: `Plan B. Then …`"""
_STREET = lazy.pattern(r"\w\s+[A-Z][\w’'-]*\sSt\.\Z")
"""A street, with its name within a sentence: `on Elm St. Ben …`, not `see St. Ives`, nor `Visit St. Ives`."""
_SHAPE = lazy.pattern(r"(?<![\w-])(?:[A-ZБ-Я]?[b-df-hj-np-tv-xzбвгджзклмнпрстфхцчшщ]{2,4}\.|\w+[Ss]tr\.)\Z")
"""What is short by its form: it has no vowel (`Bgm.`, `vgl.`, but not `HTML.`), `Bahnhofstr.`"""


def ending(text: str, stop: int, *, language: str, is_split: bool) -> Ending:
    """Tell whether the stop that ends before `stop` ends a sentence, with a capital after it.

    `is_split` tells what sentencex makes of it.
    """
    hit = _BEFORE.search(text, max(0, stop - _SHORT), stop)
    if hit is None:
        return Ending.YES if is_split else Ending.UNCLEAR
    parts, known = squeezed(hit[0])[:-1].split("."), _known(language)
    further = _NEXT.match(text, stop)
    for at in range(len(parts)):
        name = ".".join(parts[at:])
        if further and f"{name}.{further[1]}".casefold() in known:  # `EE. UU.`, `40 a. C.`
            return Ending.NO
        is_unit = len(parts) == 1 and name not in _AMOUNTS
        if is_unit and _MEASURED.search(text, max(0, hit.start() - 2), hit.start()):
            return Ending.YES if is_split else Ending.UNCLEAR
        if verdict := known.get(name) or known.get(name.casefold()):
            may_end = verdict is Ending.NO and (
                _begins(first_word(text[stop : stop + _SHORT]), language)
                or _STREET.search(text, max(0, hit.start() - _SHORT), stop)
            )
            return Ending.UNCLEAR if may_end else verdict
        if name.title() in known:
            return Ending.UNCLEAR
    if _INITIALS.search(text, hit.start(), stop) or (further and len(further[1]) == len(parts[-1]) == 1):
        return Ending.NO
    is_short = _SHAPE.search(hit[0]) or (language not in ("", "en") and _LETTERS.search(hit[0]))
    return Ending.YES if is_split and not is_short else Ending.UNCLEAR


def _begins(word: str, language: str) -> bool:
    """Tell whether a word begins a sentence: `The`, not the letter of `Fig. A` and the number of `Vol. I`."""
    is_common_there = is_common(word, language or "en") and (len(word) > 1 or language not in ("", "en"))
    return word[:1].isupper() and (is_common_there or word.lower() in _BEGINNINGS.split())


def breaks_off(text: str, language: str) -> bool:
    """Tell whether `text` stops after an abbreviation that leads to more, such as `Dr.` before a name."""
    text = text.rstrip()
    return ending(text, len(text), language=language, is_split=True) is Ending.NO


@cache
def _known(language: str) -> dict[str, Ending]:
    """Return what the abbreviations of a language say, by their letters: `z.b`.

    Without a language, they are English, and what ends lists in any: `fa.` is a word in Italian.
    """
    shared = ("",) * (language != "en")
    foreign = (name for name in _words(_LEADS, *_LEADS) if _SHAPE.fullmatch(f"{name}."))  # no word anywhere
    known = dict.fromkeys(foreign, Ending.NO)
    known |= dict.fromkeys(_words(_EITHER, *shared, language), Ending.UNCLEAR)
    known |= dict.fromkeys(_words(_LEADS, "", language or "en"), Ending.NO)
    return known | dict.fromkeys(_words(_ENDS, *(("", language) if language else _LEADS)), Ending.YES)


def _words(table: Mapping[str, str], *languages: str) -> list[str]:
    return [word for code in languages for word in table.get(code, "").split()]
