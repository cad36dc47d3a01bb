"""Reasons against an answer, and notes on it, that decide what is done next."""

DECLINED = "the model declined to write it"
FOREIGN_SCRIPT = "the answer has words in a script that you don't use"
TOO_LONG = "cut to your usual length"
LISTED = "the answer is a list, where you would write paragraphs"
UNLISTED = "the answer has no list, where you would write one"
