"""The `expand` command without questions: diff, JSON Lines, filter, or accept everything.

Only the document or the diff goes to stdout; every message goes to stderr.
"""

from assistant.frontends.expand.opening import (
    choose_gaps,
    open_workspace,
    passed_through,
    read_stdin,
    selected,
)
from assistant.frontends.expand.output import accept_all, as_diff, as_filter, as_json
from assistant.frontends.expand.preview import dry_run, show_prompts
from assistant.frontends.expand.running import run

__all__ = [
    "accept_all",
    "as_diff",
    "as_filter",
    "as_json",
    "choose_gaps",
    "dry_run",
    "open_workspace",
    "passed_through",
    "read_stdin",
    "run",
    "selected",
    "show_prompts",
]
