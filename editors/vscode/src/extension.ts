// Starts `assistant lsp` and adds what LSP lacks: edits that join one undo step, and a line of text from the
// author. Everything else is the server's.
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type StaticFeature, State } from "vscode-languageclient/node";

interface JoinedEdit {
  label: string;
  join: boolean;
  edit: { documentChanges: TextDocumentEdit[] };
}

interface TextDocumentEdit {
  textDocument: { uri: string; version: number };
  edits: { range: { start: Place; end: Place }; newText: string }[];
}

interface Place {
  line: number;
  character: number;
}

/** Tells the server what this client can do besides the protocol. */
const ours: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      assistant: { applyEdit: true, input: true },
    };
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};

/** Makes an edit if the text is still the one it was made for; `join` adds it to the undo step before. */
async function applyEdit(params: JoinedEdit): Promise<{ applied: boolean }> {
  const changes = params.edit.documentChanges;
  if (changes.length !== 1) return { applied: false };
  const { textDocument, edits } = changes[0];
  const uri = vscode.Uri.parse(textDocument.uri);
  const same = (document: vscode.TextDocument) => document.uri.toString() === uri.toString();
  const document = vscode.workspace.textDocuments.find(same);
  if (!document || document.version !== textDocument.version) return { applied: false };
  const range = (at: { start: Place; end: Place }) =>
    new vscode.Range(at.start.line, at.start.character, at.end.line, at.end.character);
  const editor = vscode.window.visibleTextEditors.find((one) => same(one.document));
  if (editor) {
    const made = await editor.edit(
      (builder) => edits.forEach((edit) => builder.replace(range(edit.range), edit.newText)),
      { undoStopBefore: !params.join, undoStopAfter: false },
    );
    return { applied: made };
  }
  const whole = new vscode.WorkspaceEdit();
  whole.set(uri, edits.map((edit) => vscode.TextEdit.replace(range(edit.range), edit.newText)));
  return { applied: await vscode.workspace.applyEdit(whole) };
}

async function input(params: { prompt: string }): Promise<{ value: string }> {
  return { value: (await vscode.window.showInputBox({ prompt: params.prompt })) ?? "" };
}

/** Runs one of the server's commands for the line that the cursor is on. */
function here(command: string): () => Thenable<unknown> | undefined {
  return () => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return undefined;
    const place = { uri: editor.document.uri.toString(), line: editor.selection.active.line };
    return vscode.commands.executeCommand(`assistant.${command}`, place);
  };
}

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const command = vscode.workspace.getConfiguration("assistant").get<string>("command") || "assistant";
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "markdown" },
      { scheme: "untitled", language: "markdown" },
    ],
    synchronize: { configurationSection: "assistant" },
  };
  client = new LanguageClient("assistant", "Writing Assistant", { command, args: ["lsp"] }, options);
  client.registerFeature(ours);
  client.onRequest("assistant/applyEdit", applyEdit);
  client.onRequest("assistant/input", input);
  for (const name of ["write", "accept", "refuse", "next"]) {
    context.subscriptions.push(vscode.commands.registerCommand(`assistant.here.${name}`, here(name)));
  }
  try {
    await client.start();
  } catch {
    if (client.state !== State.Running) {
      const hint = "It is installed with: pipx install writing-assistant. If it is, set assistant.command.";
      void vscode.window.showErrorMessage(`The program '${command}' could not be started. ${hint}`);
    }
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
