"""What can happen in a review session; the store keeps these, and from them the session can be made again."""

from __future__ import annotations

from typing import NamedTuple

from assistant.core.types import Hunk, Span, Usage, Verdict, Warning


class Proposal(NamedTuple):
    """What a model answered for one gap or one target of it, as the store keeps it."""

    gap: str
    hunks: tuple[Hunk, ...]
    keys: tuple[str, ...]
    """The piece of each hunk; see `keys_for`."""
    model: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0
    guidance: str = ""
    """What the author said when asking again."""
    id: int = 0
    """The store's number for it; 0 where nothing is stored."""


class Moved(NamedTuple):
    """The draft was opened, or it changed."""

    data: bytes


class Requested(NamedTuple):
    """A text is to be written, or is being written now."""

    key: str
    gap: str
    span: Span
    writing: bool = False
    instruction: str = ""
    """What is to change, where the author wants finished text revised."""


class Dropped(NamedTuple):
    """The place is no longer a gap; a piece without a text goes."""

    key: str


class Streamed(NamedTuple):
    """More of a text that is being written, as the model gives it: not cleaned, not checked."""

    key: str
    text: str
    restart: bool = False
    """True where what came before couldn't be used, and another answer begins."""
    read: float = 1.0
    """How much of the prompt the model has read, where it tells; below 1 there is no text yet."""


class Failed(NamedTuple):
    """No text came."""

    key: str
    message: str
    stopped: bool = False
    """True when the author stopped it."""
    exit_code: int = 1
    """What a command that asked for nothing else would end with."""
    left_out: tuple[str, ...] = ()
    """What the prompt had no room for, in words for the author."""


class Offered(NamedTuple):
    """A model's text came, made for the draft as `data`."""

    proposal: Proposal
    data: bytes


class Decided(NamedTuple):
    """The author's decision on one piece."""

    key: str
    verdict: Verdict
    text: bytes = b""
    proposal: int = 0
    """The version meant; 0 for the one that is shown."""


class AcceptedRest(NamedTuple):
    """Several pieces were accepted at once; each with the proposal meant, as in `Decided`."""

    pieces: tuple[tuple[str, int], ...]
    unseen: bool = False
    """True where a run accepted them that asks nobody: undo makes them what they were before it."""


class Reopened(NamedTuple):
    """The author wants another text for a piece; the ones it has are kept."""

    key: str
    guidance: str = ""


class Opened(NamedTuple):
    """A run offers a decided piece once more; what was decided holds again unless something new is."""

    key: str
    proposal: int = 0
    """The version meant, as in `Decided`."""
    ends: bool = False
    """True where nothing new was decided: it is as it was before."""


class Shown(NamedTuple):
    """Another version is looked at; `step` is 1 for the next and -1 for the one before."""

    key: str
    step: int = 0
    text: bytes = b""
    """The words that are looked at, which it had before: an editor's undo brings them back."""


class Split(NamedTuple):
    """A piece is to be decided paragraph by paragraph, or bullet by bullet."""

    key: str


class Revised(NamedTuple):
    """Some words of a piece became others: a question was answered, a sentence dropped or made a question."""

    key: str
    start: int
    """Bytes of the text as it is shown, half-open."""
    end: int
    new: bytes
    proposal: int = 0
    """The version meant, as in `Decided`."""
    warnings: tuple[Warning, ...] = ()
    """What is doubtful in the new words, where a model wrote them; offsets count from their beginning."""


class Approved(NamedTuple):
    """The author approved a sentence as true, or marked words as fine, from now on."""

    key: str
    code: str
    """See `assistant.core.types.Approval`."""
    words: str


class Undone(NamedTuple):
    """The last decision is taken back."""


class Redone(NamedTuple):
    """The decision taken back last is made again."""


class Written(NamedTuple):
    """Accepted hunks are in the file, which now holds `data`."""

    keys: tuple[str, ...]
    hunks: tuple[Hunk, ...]
    data: bytes


class Reverted(NamedTuple):
    """A write was put back: `hunks` (into the draft as it was until now) give `data`."""

    keys: tuple[str, ...]
    hunks: tuple[Hunk, ...]
    before: bytes
    """The draft just before the write that is put back."""
    data: bytes


class SavedUndecided(NamedTuple):
    """The draft's file was saved as `data`, with undecided text in it."""

    data: bytes
    pieces: tuple[Hunk, ...]
    """What would take that text out: hunks of `data`, each with the text as the author left it as original.

    What the author typed inside stays, behind what was there before the text.
    """
    keys: tuple[str, ...] = ()
    """The piece that each is of, or another name for raw words; none in the store of an earlier version."""


Decision = Decided | AcceptedRest | Reopened | Opened | Shown | Split | Revised | Approved | Undone | Redone
"""What an author does about pieces."""

Event = (
    Moved | Requested | Dropped | Streamed | Failed | Offered | Written | Reverted | SavedUndecided | Decision
)
"""What happens to a draft, its file and its pieces."""

PASSING = (Requested, Dropped, Streamed, Failed)
"""Events that need not be kept: a later session asks again."""
