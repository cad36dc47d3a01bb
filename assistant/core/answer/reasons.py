"""Reasons against an answer, and notes on it, that decide what is done next."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with an answer, as the author reads it; the name is what `prompts/again.md` goes by."""

    NOTHING = "nothing in the answer belongs here"
    THOUGHT = "the model only thought, and wrote no text; raise --max-tokens or lower reasoning_effort"
    ECHO = "the answer repeats the request"
    COPIED = "every sentence of the answer is already in your posts"
    DECLINED = "the model declined to write it"
    LANGUAGE = "the answer is in another language than the draft"
    SCRIPT = "the answer has words in a script that you don't use"
    ELSEWHERE = "the answer says what the text for another place says"
    LONG = "cut to your usual length"
    TOO_LONG = "the answer was too long for what you asked"
    SHORT = "the answer was too short"
    FRAGMENT = "the answer has no whole sentence"
    LISTED = "the answer is a list, where you would write paragraphs"
    UNLISTED = "the answer has no list, where you would write one"
    UNFIT = "the answer doesn't fit into your sentence"
    NOT_CONTINUED = "the answer doesn't continue your sentence"
    REPETITIVE = "the answer repeats itself"
    UNCLOSED = "the answer opens a code block that it does not close"
    CODE = "the answer had a block of code, and your posts have none"
    DATA = "the answer is data instead of prose"
    EDIT = "the answer is a change of the draft for a program to make, and not the text"
    MARKS = "the answer holds template marks instead of prose"


def fault_of(reason: str) -> str:
    """Return the name of the fault that a reason begins with, in small letters; nothing for any other."""
    return next((fault.name.lower() for fault in Fault if reason.startswith(fault)), "")
