// `assistant lsp`, running, and the notes that it knows.
import { type ChildProcess, spawn } from "node:child_process";
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import type { ApplyWorkspaceEditParams, PublishDiagnosticsParams, ShowDocumentParams, TextDocumentEdit } from "vscode-languageserver-protocol";
import type { Note, Wire } from "./note";

/** What the server may ask of the app around it. */
export interface Host {
  settings(): object;
  /** Ask the author for a line; empty where there is none. */
  ask(question: string): Promise<string>;
  say(message: string): void;
  /** Show what is at work; empty where nothing is. */
  status(words: string): void;
  /** Called once the server has ended by itself. */
  ended(reason: string): void;
}

const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  workspace: {
    applyEdit: true,
    workspaceEdit: { documentChanges: true },
    codeLens: { refreshSupport: true },
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
  },
  window: { workDoneProgress: true, showDocument: { support: true } },
  textDocument: { publishDiagnostics: { versionSupport: true }, codeLens: {} },
  experimental: { assistant: { applyEdit: true, input: true } },
};

export class Server implements Wire {
  readonly notes = new Map<string, Note>();
  private ready: Promise<unknown>;
  private stopping = false;

  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: MessageConnection,
    private readonly host: Host,
  ) {
    this.listen();
    connection.listen();
    const params = { processId: null, rootUri: null, capabilities: CAPABILITIES };
    this.ready = new Promise<void>((resolve) => process.once("spawn", resolve))
      .then(() => connection.sendRequest("initialize", params))
      .then(() => connection.sendNotification("initialized", {}));
    this.ready.catch(() => undefined);
  }

  static start(command: string, host: Host): Server {
    const child = spawn(command, ["lsp"], { stdio: ["pipe", "pipe", "ignore"] });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    connection.onError(() => undefined); // the end of the process is told once, below
    child.stdin!.on("error", () => undefined);
    const server = new Server(child, connection, host);
    let told = false;
    const ended = (reason: string) => {
      if (!told && !server.stopping) host.ended(reason);
      told = true;
      connection.dispose();
    };
    child.on("error", (error) => ended(error.message));
    child.on("exit", (code) => ended(`it ended with ${code ?? "a signal"}`));
    return server;
  }

  notify(method: string, params: object): void {
    void this.ready.then(() => this.connection.sendNotification(method, params)).catch(() => undefined);
  }

  async request<T>(method: string, params: object): Promise<T> {
    await this.ready;
    return this.connection.sendRequest<T>(method, params);
  }

  /** Let the server write what it has to write, and end. */
  async stop(): Promise<void> {
    this.stopping = true;
    const end = new Promise((resolve) => this.process.once("exit", resolve));
    for (const note of this.notes.values()) note.clear();
    this.notes.clear();
    await this.request("shutdown", {}).catch(() => undefined);
    await this.connection.sendNotification("exit").catch(() => undefined);
    const late = setTimeout(() => this.process.kill(), 5000);
    await end;
    clearTimeout(late);
  }

  private listen(): void {
    const { connection, host } = this;
    const edit = async (params: ApplyWorkspaceEditParams) => ({ applied: this.edit(params) });
    connection.onRequest("assistant/applyEdit", edit);
    connection.onRequest("workspace/applyEdit", edit);
    connection.onRequest("assistant/input", async ({ prompt }: { prompt: string }) => ({ value: await host.ask(prompt) }));
    connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) => items.map(() => host.settings()));
    connection.onRequest("workspace/codeLens/refresh", () => {
      for (const note of this.notes.values()) void note.refresh().catch(() => undefined);
      return null;
    });
    connection.onRequest("client/registerCapability", () => null);
    connection.onRequest("window/workDoneProgress/create", () => null);
    connection.onRequest("window/showDocument", ({ uri, selection }: ShowDocumentParams) => {
      if (selection) this.notes.get(uri)?.goTo(selection.start.line, selection.start.character);
      return { success: this.notes.has(uri) };
    });
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) =>
      this.notes.get(params.uri)?.diagnosed(params.diagnostics, params.version),
    );
    connection.onNotification("window/showMessage", ({ message }: { message: string }) => host.say(message));
    connection.onNotification("window/logMessage", () => undefined);
    connection.onNotification("$/progress", ({ value }: { value: { kind: string; title?: string; message?: string } }) =>
      host.status(value.kind === "end" ? "" : (value.title ?? value.message ?? "")),
    );
  }

  private edit({ edit }: ApplyWorkspaceEditParams): boolean {
    const changes = (edit.documentChanges ?? []) as TextDocumentEdit[];
    if (changes.length !== 1) return false;
    const [{ textDocument, edits }] = changes;
    const texts = edits.flatMap((one) => ("newText" in one ? [one] : []));
    return texts.length === edits.length && (this.notes.get(textDocument.uri)?.edit(texts, textDocument.version) ?? false);
  }
}
