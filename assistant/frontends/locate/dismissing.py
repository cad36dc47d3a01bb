"""Remember, and forget, that nothing is missing at a place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from assistant.adapters.store import open_store
from assistant.app.workspace import open_draft
from assistant.core.gaps.dismissals import key
from assistant.core.text.display import command, counted, one_line
from assistant.errors import UsageError


def dismiss(paths: Sequence[str], ids: Sequence[str]) -> int:
    """Remember that nothing is missing at gaps of a draft. Raises `UsageError` for an unknown id."""
    if len(paths) != 1:
        raise UsageError("--dismiss needs one draft")
    workspace = open_draft(paths[0])
    gaps = {gap.id: gap for gap in workspace.gaps}
    if unknown := [name for name in ids if name not in gaps]:
        raise UsageError(
            f"{paths[0]}: no gap {unknown[0]}; for the ids: {command('locate --json', paths[0])}"
        )
    with closing(open_store()) as store:
        for gap in map(gaps.__getitem__, ids):
            store.dismiss(workspace.root, workspace.path, key(workspace.draft, gap), gap.kind)
            line = workspace.line(gap.span.start)
            print(f"{one_line(paths[0])}:{line}: {gap.kind} dismissed; --forget lists it again")
    return 0


def forget(paths: Sequence[str]) -> int:
    """Forget what was dismissed in drafts and folders, and say how many places that were."""
    with closing(open_store()) as store:
        count = sum(map(store.forget_dismissals, paths))
    print(f"{counted(count, 'dismissed place')} listed again")
    return 0
