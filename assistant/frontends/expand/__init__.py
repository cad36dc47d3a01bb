"""The `expand` command where nobody sits in front of it: diff, JSON Lines, filter, or accept all.

Document and diff go to stdout, and nothing else does; everything said to a person goes to stderr.
"""

from assistant.frontends.expand.opening import chosen, opened, passed_through, read_stdin, selected
from assistant.frontends.expand.output import accept_all, as_diff, as_filter, as_json
from assistant.frontends.expand.preview import dry_run, show_prompts
from assistant.frontends.expand.running import run

__all__ = [
    "accept_all",
    "as_diff",
    "as_filter",
    "as_json",
    "chosen",
    "dry_run",
    "opened",
    "passed_through",
    "read_stdin",
    "run",
    "selected",
    "show_prompts",
]
