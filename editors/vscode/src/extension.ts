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
    const { active, start, end } = editor.selection;
    const lines = command === "revise" ? { line: start.line, last: end.line } : { line: active.line };
    const place = { uri: editor.document.uri.toString(), ...lines };
    return vscode.commands.executeCommand(`assistant.${command}`, place);
  };
}

/** Keeps a status bar item that counts the gaps and the texts to review of the draft in view; a click goes to the next. */
function showCounts(context: vscode.ExtensionContext): void {
  const item = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left);
  item.command = "assistant.here.next";
  item.tooltip = "Writing Assistant: go to the next text to review";
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "markdown") return item.hide();
    const ours = vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === "assistant");
    const proposed = ours.filter((one) => one.code === "proposed").length;
    const gaps = ours.filter((one) => one.severity === vscode.DiagnosticSeverity.Hint).length;
    item.text = `$(pencil) ${gaps} gap${gaps === 1 ? "" : "s"}${proposed ? `, ${proposed} to review` : ""}`;
    item.show();
  };
  context.subscriptions.push(
    item,
    vscode.languages.onDidChangeDiagnostics(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
  update();
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
  for (const { command: id } of context.extension.packageJSON.contributes.commands as { command: string }[]) {
    context.subscriptions.push(vscode.commands.registerCommand(id, here(id.replace("assistant.here.", ""))));
  }
  showCounts(context);
  try {
    await client.start();
  } catch {
    if (client.state !== State.Running) {
      const hint = "Install it as its README says. If it is not on your PATH, set assistant.command to its full path.";
      void vscode.window.showErrorMessage(`The program '${command}' could not be started. ${hint}`);
    }
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
