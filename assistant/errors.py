"""Every error that a user can meet, and the exit code that goes with it.

    AssistantError             2
    +-- InputError             2   the draft can't be read: missing, a directory, not UTF-8, too large
    +-- UsageError             2   options that don't fit together, a gap that isn't there
    +-- SettingsError          2   a settings file or value that can't be used
    +-- TemplateError          2   a prompt template that fails or loops
    +-- WriteError             2   the draft can't be written; nothing was changed
    +-- StoreError             2   what is kept of a review can't be read or written
        +-- StoreBusy          2   another session has this draft open, or took it over
    +-- ModelError             1   one gap could not be written; the others continue
        +-- BatchGone          1   the server has no such batch
        +-- ModelUnavailable   3   no server can be reached, or it rejects every request

Other exit codes: 0 done, 1 gaps left, 130 interrupted. A message is one line that names what is wrong
and what the reader can do now.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Anything that the program tells its user in one line instead of a traceback."""

    exit_code = 2


class InputError(AssistantError):
    """A draft that can't be read."""


class UsageError(AssistantError):
    """A request that makes no sense for this draft."""


class SettingsError(AssistantError):
    """Settings that can't be used."""


class TemplateError(AssistantError):
    """A prompt template that can't be rendered."""


class WriteError(AssistantError):
    """A draft that can't be written."""


class StoreError(AssistantError):
    """A store of proposals and decisions that can't be used."""


class StoreBusy(StoreError):
    """A draft that another session holds."""


class ModelError(AssistantError):
    """A request that the model did not answer with text."""

    exit_code = 1


class BatchGone(ModelError):
    """A batch that its server does not have, or no longer has."""


class ModelUnavailable(ModelError):
    """A server that can't be reached or that rejects every request."""

    exit_code = 3
