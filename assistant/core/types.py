"""The values that travel from draft to accepted text, in the order in which they are made.

bytes -> Draft -> Gap -> Prompt -> Answer -> Hunk -> Decision -> bytes

`Draft` is in `assistant.core.text.draft` with the parser that makes it; the others are here, so that no
stage has to import another one to speak of what it hands on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A half-open range of byte offsets into the draft as it was read."""

    start: int
    end: int


class GapKind(StrEnum):
    """What kind of unwritten place a gap is."""

    EMPTY_SECTION = "empty-section"
    """A heading with nothing under it."""
    MARKER = "marker"
    """A word left by the author: TODO, TK, `[insert …]`, lorem ipsum."""
    COMMENT = "comment"
    """An HTML comment that tells the author to write something."""
    INSTRUCTION = "instruction"
    """A line of bare prose addressed to the author, such as `Expand each of these`."""
    NOTES = "notes"
    """Fragments, or a sentence cut off, plainly meant to become prose."""
    REVISION = "revision"
    """A remark that asks for a change of finished text: `make this shorter`, `(wrong word?)`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that the author left unwritten."""

    id: str
    """Eight or more hexadecimal digits; the same when text elsewhere in the file changes."""
    kind: GapKind
    span: Span
    """The bytes of the placeholder itself; for an empty section, those of its heading."""
    heading_path: tuple[str, ...]
    """The texts of the headings above it, outermost first; its own heading last."""
    instruction: str
    """What the author asks for, in the author's words; empty when there are none."""
    targets: tuple[Span, ...] = ()
    """The list items, paragraphs or section that an instruction governs, in document order.

    Of a revision they are the finished passages, each of which gets another text in its place.
    """
    chosen: tuple[Span, ...] = ()
    """Those of the targets that are to be written, where the author picked some; empty for all."""
    keys: tuple[str, ...] = ()
    """What a review calls each target, where others came or went since it began; see `decide.key_for`."""
    fillable: bool = True
    """False where only the author can know what belongs there ("founded in TK")."""
    confidence: float = 1.0
    """How sure the locator is, from 0 to 1."""
    why: str = ""
    """The evidence in a few words."""

    @property
    def pieces(self) -> tuple[Span | None, ...]:
        """The targets that get a text of their own each; one None where the gap is one piece."""
        governs = self.kind in (GapKind.INSTRUCTION, GapKind.REVISION)
        return (self.chosen or self.targets if governs else ()) or (None,)

    @property
    def has_own_line(self) -> bool:
        """True when a line asks for all the pieces, which goes once they are decided."""
        start, end = self.span
        inside = any(target.start <= start < target.end for target in self.targets)
        governs = self.kind in (GapKind.INSTRUCTION, GapKind.REVISION)
        return governs and bool(self.targets) and start < end and not inside


class ListStyle(NamedTuple):
    """How an author writes lists, as far as the author's lists agree on it."""

    mark: str = ""
    """`-`, `*` or `+`; empty where no list has bullets."""
    numbered: bool = False
    """True when most lists are numbered."""
    lead_ins: bool | None = None
    """True when most items open with words in bold, False when hardly any does, None in between."""
    stops: bool | None = None
    """True when items end in full stops, False when they end in nothing, None when they do both."""
    joint: str = ""
    """What separates an item's first words from its text: `:` or ` –`; empty where no item shows it."""


class Source(NamedTuple):
    """A file that the author gives as material."""

    name: str
    text: str


class Excerpt(NamedTuple):
    """Some lines of a source."""

    source: str
    """Its name."""
    first: int
    """The first and the last line, from 1 and inclusive."""
    last: int
    text: str

    @property
    def place(self) -> str:
        """The source and the lines, such as `notes.md:3-8`."""
        return f"{self.source}:{self.first}" + (f"-{self.last}" if self.last > self.first else "")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation that is sent to the model."""

    role: str
    """`system`, `user` or `assistant`."""
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The conversation that asks a model for one gap, or for one target of it."""

    gap: Gap
    target: Span | None
    """The part of the gap that this prompt asks for; None when it asks for the whole gap."""
    messages: tuple[Message, ...]
    tokens: int
    """Tokens of all messages, as far as they can be counted before sending."""
    words: tuple[int, int]
    """The fewest and the most words wanted."""
    left_out: tuple[str, ...] = ()
    """What was trimmed to stay within the budget, in words for the author."""
    shared: int = 0
    """How many of the messages, from the first on, all prompts of the draft begin with."""
    excerpts: tuple[Excerpt, ...] = ()
    """What of the author's sources the request holds."""
    form: str = ""
    """`prose`, `list` or `item`, as the request asks for; empty where that is left open."""


class Usage(NamedTuple):
    """Tokens as the server counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Those of the prompt tokens that the server had in its cache."""
    cache_write_tokens: int = 0
    """Those of the prompt tokens that the server put into its cache, which may cost more."""
    reasoning_tokens: int = 0
    """Those of the completion tokens that went into thinking."""

    def __add__(self, other: Usage) -> Usage:  # type: ignore[override]
        """Return the sum of two usages."""
        return Usage(*map(sum, zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model."""

    messages: tuple[Message, ...]
    max_tokens: int
    """Tokens at which a reply is cut off."""
    seed: int
    """The same seed gives the same reply, where the model can do that."""
    count: int = 1
    """Replies wanted. A model may give fewer, and gives at least one."""
    shared: int = 0
    """How many of the messages, from the first on, the draft's other requests begin with too; for caching."""
    on_text: Callable[[str], None] = lambda text: None
    """Called with each piece of the first reply as it is written; with an empty one when it is begun."""
    on_reading: Callable[[int, int], None] = lambda done, whole: None
    """Called with the prompt's tokens read so far, and how many there are, where a model tells."""
    schema: Mapping[str, Any] | None = None
    """The JSON schema that a reply must fit, where the server can see to that; then the likeliest reply is
    wanted. None for plain text."""
    stopped: Callable[[], bool] = lambda: False
    """Asked between pieces; once it returns True, the request ends in a `ModelError`."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do, and where it runs."""

    context: int = 8192
    """Tokens of one request, prompt and reply together."""
    prefix_tokens: int = 0
    """Most tokens to spend on the messages that all prompts of a draft share; 0 for as many as fit."""
    thinks: bool = True
    """True when some tokens of a reply may go into thinking that isn't part of its text."""
    thinking_tokens: int = 0
    """Tokens of a reply that are expected to go into thinking, for estimates."""
    warm_tokens: int | None = None
    """Fewest shared tokens for which one request should go ahead, so that the others find them in a cache.

    None where the others needn't wait.
    """
    local: bool = False
    """True when nothing leaves this machine, and nothing has to be paid."""
    asks: bool = True
    """True when it can tell what only the author knows; a small model puts all it writes into a question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, before cleaning."""

    text: str
    model: str
    usage: Usage = field(default_factory=Usage)
    finish: str = "stop"
    """`stop`, or `length` when the answer was cut at the token limit."""
    forget: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)
    """Takes it out of the cache, where it is kept in one, so that the same request is sent again."""


class Answer(NamedTuple):
    """A cleaned answer, or the reason why there is none."""

    text: str
    """Clean Markdown with `\\n` line ends and no blank lines around it; empty when there is a reason."""
    reason: str = ""
    """Why the answer can't be used; empty when it can."""
    notes: tuple[str, ...] = ()
    """What cleaning changed, one short sentence each."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something in an answer that the author should look at."""

    code: str
    """The check that raised it, such as `unsupported` or `link`."""
    message: str
    start: int
    """Byte offset into the hunk's replacement where the doubtful words begin."""
    end: int


LOST_NOTES = "meaning"
"""The code of warnings that the author's notes are lost in a text, or denied."""
WAITS = frozenset((LOST_NOTES, "task"))
"""Codes of warnings of which nobody but the author can say that the text may be written all the same."""
UNCONFIRMED = "unconfirmed"
"""Code of the warning that nothing tells this in the little that the author has written so far."""
UNSUPPORTED = frozenset(("unsupported", UNCONFIRMED, "doubted"))
"""Codes of warnings that say: nothing of the author's tells this."""


class Approval(NamedTuple):
    """What an author said of a warning, from now on: "it's true", or "fine in my posts"."""

    code: str
    """The warning's code; empty for a sentence that is true, whatever is doubted in it."""
    words: str
    """The sentence, or the words that were marked, with single blanks."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One replacement of original bytes, to be accepted or rejected on its own."""

    gap: str
    """The id of the gap it belongs to."""
    span: Span
    original: bytes
    """The bytes at `span`; empty for an insertion."""
    replacement: bytes
    warnings: tuple[Warning, ...] = ()
    notes: tuple[str, ...] = ()
    follows: int = 0
    """For the removal of an instruction line, how many of its gap's pieces it waits for; 0 for a text."""
    prefix: str = ""
    """What each line of the replacement but the first begins with, such as `> `; `|` in a table's cell."""
    revises: bool = False
    """True where the original is the author's finished text, and the replacement another wording of it."""


class Verdict(StrEnum):
    """The author's decision on a hunk."""

    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EDITED = "edited"

    @classmethod
    def _missing_(cls, value: object) -> Verdict | None:
        """Return `REJECTED` for "refused", as earlier versions stored it."""
        return cls.REJECTED if value == "refused" else None


class Decision(NamedTuple):
    """The author's decision on one hunk."""

    hunk: Hunk
    verdict: Verdict = Verdict.UNDECIDED


class ConflictReason(StrEnum):
    """Why an accepted hunk was not applied."""

    CONTENT_CHANGED = "content_changed"
    """The bytes at its place, or the lines next to it, changed meanwhile."""
    DELETED = "deleted"
    """What it was for is not in the draft any more."""
    FILE_GONE = "file_gone"
    """The draft is not there any more."""
    OVERLAP = "overlap"
    """Another accepted hunk replaces the same bytes."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An accepted hunk that could not be applied, and the reason."""

    hunk: Hunk
    reason: ConflictReason
    now: bytes = b""
    """What the draft says in its place now, where that changed."""


class Partial(NamedTuple):
    """Some text of an answer that is still being written, before cleaning; empty when it is begun."""

    gap: Gap
    target: Span | None
    text: str
    restarts: bool = False
    """True where nothing that came before for this gap could be used, and another answer begins."""
    read: float = 1.0
    """How much of the prompt the model has read, where it tells; below 1 there is no text yet."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A gap with its hunks, ready to be decided."""

    gap: Gap
    hunks: tuple[Hunk, ...]
    model: str
    usage: Usage
    left_out: tuple[str, ...] = ()
    """What the prompt had no room for, in words for the author."""
    alternatives: tuple[Hunk, ...] = ()
    """Other texts for the same places, where more than one was asked for."""
    excerpts: tuple[Excerpt, ...] = ()
    """What of the author's sources the model was shown."""


class Failed(NamedTuple):
    """A gap, or one target of it, that has no text, and why."""

    gap: Gap
    message: str
    exit_code: int = 1
    target: Span | None = None
    usage: Usage = Usage()
    left_out: tuple[str, ...] = ()


Event = Partial | Expanded | Failed
"""The results of asking a model for a gap: text while it is written, and then hunks or a failure."""
