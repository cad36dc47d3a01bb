"""The requests and notifications that the server answers, each in a few lines."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from assistant.frontends.lsp.capabilities import SECTION, capabilities_of, editor_settings
from assistant.frontends.lsp.code_actions import actions
from assistant.frontends.lsp.code_lens import lenses
from assistant.frontends.lsp.documents import Document
from assistant.frontends.lsp.hover import hover
from assistant.frontends.lsp.locating import forget_settings
from assistant.frontends.lsp.positions import ENCODINGS
from assistant.frontends.lsp.server import AssistantServer


def register_features(server: AssistantServer) -> None:
    """Give the server all its features; documents are opened, changed and closed by its protocol."""
    kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite])
    server.feature(types.INITIALIZE)(_initialize)
    server.feature(types.INITIALIZED)(_initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_configured)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_announce)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_announce)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(_lenses)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(_actions)
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(_cancelled)


def _initialize(ls: AssistantServer, params: types.InitializeParams) -> None:
    ls.client.capabilities = capabilities_of(params.capabilities)
    general = params.capabilities.general
    offered = [getattr(e, "value", e) for e in (general.position_encodings or [])] if general else []
    ls.encoding = str(next((e for e in offered if e in ENCODINGS), "utf-16"))
    options = params.initialization_options
    if isinstance(options, dict):
        ls.settings = editor_settings(options.get(SECTION, options))


async def _initialized(ls: AssistantServer, params: types.InitializedParams) -> None:
    threading.Thread(target=_import_locator, daemon=True).start()
    if ls.client.capabilities.watches_configuration:
        name = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        watch = types.Registration("settings", name, {"section": SECTION})
        ls.spawn(ls.client_register_capability_async(types.RegistrationParams([watch])))


def _import_locator() -> None:
    """Import what the first document needs, once the client has its answer."""
    import assistant.core.gaps
    import assistant.frontends.lsp.locating  # noqa: F401


def _configured(ls: AssistantServer, params: types.DidChangeConfigurationParams) -> None:
    forget_settings()
    documents = list(ls.documents.values())
    if not ls.client.capabilities.configuration and isinstance(params.settings, Mapping):
        ls.use_settings(documents, params.settings.get(SECTION, params.settings))
    for document in documents:
        if ls.client.capabilities.configuration:
            ls.spawn(ls.configure(document))
        document.locate_again()


def _announce(ls: AssistantServer, params: Any) -> None:
    """Announce a notification that the protocol class handles."""


def _saved(ls: AssistantServer, params: types.DidSaveTextDocumentParams) -> None:
    document = ls.documents.get(params.text_document.uri)
    forget_settings()
    if document is None:
        ls.rename_document(params.text_document.uri)
    else:
        ls.spawn(ls.saved(document), is_decision=True)


async def _lenses(ls: AssistantServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    document = await _located(ls, params.text_document)
    return lenses(document, ls.requests.writing(document)) if document else []


async def _actions(ls: AssistantServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    document, previews = await _located(ls, params.text_document), ls.client.capabilities.annotations
    return actions(document, params.range, params.context, previews=previews) if document else []


async def _hover(ls: AssistantServer, params: types.HoverParams) -> types.Hover | None:
    document = await _located(ls, params.text_document)
    return await hover(document, params.position) if document else None


async def _located(ls: AssistantServer, named: types.TextDocumentIdentifier) -> Document | None:
    """Return an open document once its gaps are located."""
    document = ls.documents.get(named.uri)
    if document is not None:
        await ls.locate(document)
    return document


def _cancelled(ls: AssistantServer, params: types.WorkDoneProgressCancelParams) -> None:
    ls.requests.stop(token=str(params.token))
