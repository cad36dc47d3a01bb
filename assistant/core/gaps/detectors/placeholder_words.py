"""Weigh the words of a placeholder, whatever brackets or signs it stands in."""

from __future__ import annotations

from assistant.core.gaps.candidate import present
from assistant.core.gaps.layout import Layout
from assistant.core.text.words import tokens


def weigh(layout: Layout, inside: str) -> list[str]:
    """Return the ids of the signals that a placeholder's words give."""
    words, phrases = tokens(inside), layout.phrases
    write, edit, media, part = (phrases(name) for name in ("write", "edit", "media", "part"))
    several = len(words) > 1
    letters = [letter for letter in inside if letter.isalpha()]
    is_upper = len(letters) > 3 and all(letter.isupper() for letter in letters)
    asks = bool(write.at(words) or write.glued_in(inside))
    names_media = bool(media.at(words) or media.ends(words) or media.glued_in(inside))
    is_known = part.is_whole(words) or media.is_whole(words)
    evidence = {
        "says-what-to-do": asks,
        "may-say-what-to-do": not asks and several and edit.at(words) and not inside.rstrip(":").count(":"),
        "something-missing": phrases("missing").within(words) or phrases("missing").glued_in(inside),
        "text-to-come": phrases("alone").is_whole(words) or phrases("alone").glued_in(inside),
        "names-picture-or-link": names_media,
        "names-part-of-text": not names_media and part.within(words),
        "opens-like-template": several and phrases("lead").at(words),
        "ends-like-placeholder": several and phrases("here").ends(words),
        "asks-question": (inside.endswith(("?", "？")) and (several or is_known)) or "? " in inside,
        "in-capitals": is_upper,
        "names-fact": is_upper and len(words) <= 3 and phrases("fact").ends(words),
    }
    return present(evidence)
