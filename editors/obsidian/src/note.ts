// One note that is open in an editor, as the server knows it.
import { Annotation, type ChangeSet } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { CodeLens, Command, Diagnostic, Position, TextEdit } from "vscode-languageserver-protocol";
import { type Action, NOTHING, show } from "./marks";
import { Shadow } from "./shadow";

/** Marks a change of the note that the server knows of already. */
export const accepted = Annotation.define<boolean>();

/** What a note needs of the server. */
export interface Wire {
  notify(method: string, params: object): void;
  request<T>(method: string, params: object): Promise<T>;
}

const UNDECIDED = ["proposed", "unchecked"];

export class Note {
  shadow: Shadow;
  private diagnostics: Diagnostic[] = [];
  private actions: { at: Position; action: Action }[] = [];
  private asked = 0;
  private closed = false;

  constructor(
    readonly view: EditorView,
    readonly uri: string,
    readonly wire: Wire,
  ) {
    this.shadow = new Shadow(view.state.doc);
    const text = this.shadow.text.toString();
    wire.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "markdown", version: this.shadow.version, text },
    });
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Tell the server what the author changed. */
  changed(change: ChangeSet): void {
    const before = this.shadow.text;
    const there = this.shadow.author(change);
    const contentChanges: object[] = [];
    there.iterChanges((from, to, _start, _end, insert) => {
      const position = (at: number) => {
        const line = before.lineAt(at);
        return { line: line.number - 1, character: at - line.from };
      };
      contentChanges.unshift({ range: { start: position(from), end: position(to) }, text: insert.toString() });
    }, true); // the last first, so that the places of the others stay
    this.tell(contentChanges);
    this.draw();
  }

  /** Take the server's edits, if they are for the text that is here; the note itself stays as it is. */
  edit(edits: readonly TextEdit[], version: number | null): boolean {
    if (this.closed || (version !== null && version !== this.shadow.version)) return false;
    this.shadow.server(edits);
    this.tell([{ text: this.shadow.text.toString() }]);
    this.draw();
    return true;
  }

  /** Take what the server says of its text; what is decided by now goes into the note. */
  diagnosed(diagnostics: Diagnostic[], version: number | undefined): void {
    if (this.closed || version !== this.shadow.version) return;
    this.diagnostics = diagnostics;
    if (!this.view.state.doc.eq(this.shadow.note)) return; // a change is on its way here
    const undecided = diagnostics.filter((one) => UNDECIDED.includes(String(one.code)));
    const change = this.shadow.settle(undecided.map((one) => this.shadow.range(one.range)));
    if (change) this.view.dispatch({ changes: change, annotations: accepted.of(true), userEvent: "input.assistant" });
    void this.refresh();
  }

  /** Ask what can be done, and show it. */
  async refresh(): Promise<void> {
    const number = ++this.asked;
    const textDocument = { uri: this.uri };
    const lenses = await this.wire.request<CodeLens[] | null>("textDocument/codeLens", { textDocument });
    if (this.closed || number !== this.asked) return;
    this.actions = (lenses ?? []).flatMap(({ range, command }) =>
      command ? [{ at: range.start, action: { title: command.title, run: () => this.execute(command) } }] : [],
    );
    this.draw();
  }

  /** Run a command of the server's at the cursor, or for the selected lines. */
  run(name: string): void {
    const { from, to } = this.view.state.selection.main;
    const line = (at: number) => this.shadow.position(this.shadow.inServer(at)).line;
    this.execute({ title: "", command: `assistant.${name}`, arguments: [{ uri: this.uri, line: line(from), last: line(to) }] });
  }

  /** Put the cursor where the server says. */
  goTo(line: number, character: number): void {
    const anchor = this.shadow.inNote(this.shadow.offset({ line, character }));
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.view.focus();
  }

  /** Tell the server that the note was saved, once nothing undecided is in the server's text of it. */
  saved(): void {
    if (this.shadow.pending.empty)
      this.wire.notify("textDocument/didSave", { textDocument: { uri: this.uri } });
  }

  close(): void {
    this.closed = true;
    this.wire.notify("textDocument/didClose", { textDocument: { uri: this.uri } });
  }

  /** Take everything that was shown out of the editor again. */
  clear(): void {
    this.closed = true;
    this.view.dispatch({ effects: show.of(NOTHING) });
  }

  private tell(contentChanges: object[]): void {
    const textDocument = { uri: this.uri, version: this.shadow.version };
    this.wire.notify("textDocument/didChange", { textDocument, contentChanges });
  }

  private execute({ command, arguments: given }: Command): void {
    void this.wire.request("workspace/executeCommand", { command, arguments: given });
  }

  private draw(): void {
    const { shadow } = this;
    const actions = new Map<number, Action[]>();
    for (const { at, action } of this.actions) {
      const line = shadow.note.lineAt(shadow.inNote(shadow.offset(at))).from;
      actions.set(line, [...(actions.get(line) ?? []), action]);
    }
    const gaps = this.diagnostics
      .filter((one) => !UNDECIDED.includes(String(one.code)))
      .map(({ range, message }) => {
        const { from, to } = shadow.range(range);
        return { from: shadow.inNote(from), to: shadow.inNote(to), message: String(message) };
      });
    const shown = { proposals: shadow.proposals, gaps, actions };
    queueMicrotask(() => {
      // An editor takes no change while it makes another one.
      if (!this.closed && this.view.state.doc.eq(shadow.note)) this.view.dispatch({ effects: show.of(shown) });
    });
  }
}
