// The server's text of a note: the note with every undecided text in it. The note itself has none of them before
// its author accepts one, so nothing that is undecided can be saved.
import { ChangeSet, Text } from "@codemirror/state";
import type { Position, Range as LspRange, TextEdit } from "vscode-languageserver-protocol";

export interface Range {
  from: number;
  to: number;
}

/** A replacement in the note: what goes, and what would come. */
export interface Proposal extends Range {
  text: string;
}

export class Shadow {
  version = 1;
  note: Text;
  /** Leads from the note to the server's text. */
  pending: ChangeSet;
  private whole: Text;

  constructor(note: Text) {
    this.note = this.whole = note;
    this.pending = ChangeSet.empty(note.length);
  }

  /** The server's text. */
  get text(): Text {
    return this.whole;
  }

  /** Follow what the author changed in the note, and return the same change of the server's text. */
  author(change: ChangeSet): ChangeSet {
    const there = change.map(this.pending);
    this.pending = this.pending.map(change, true);
    this.note = change.apply(this.note);
    this.whole = there.apply(this.whole);
    this.version++;
    return there;
  }

  /** Make the server's edits in its own text, and return them as one change. */
  server(edits: readonly TextEdit[]): ChangeSet {
    const parts = edits.map(({ range, newText }) => ({ ...this.range(range), insert: newText }));
    const change = ChangeSet.of(parts, this.whole.length);
    this.pending = this.pending.compose(change);
    this.whole = change.apply(this.whole);
    this.version++;
    return change;
  }

  /** Return the change that brings into the note all that none of `undecided` (in the server's text) covers. */
  settle(undecided: readonly Range[]): ChangeSet | null {
    const taken: { from: number; to: number; insert: Text }[] = [];
    const left: typeof taken = [];
    this.pending.iterChanges((from, to, start, end, insert) => {
      const covers = (one: Range) =>
        start === end ? one.from <= start && start <= one.to : one.from < end && start < one.to;
      (undecided.some(covers) ? left : taken).push({ from, to, insert });
    }, true);
    if (!taken.length) return null;
    const change = ChangeSet.of(taken, this.note.length);
    this.pending = ChangeSet.of(left, this.note.length).map(change);
    this.note = change.apply(this.note);
    return change;
  }

  /** What is undecided, by the characters of the note. */
  get proposals(): Proposal[] {
    const proposals: Proposal[] = [];
    this.pending.iterChanges((from, to, _start, _end, insert) => {
      proposals.push({ from, to, text: insert.toString() });
    }, true);
    return proposals;
  }

  /** Return where a character of the server's text is in the note. */
  inNote(offset: number): number {
    return this.pending.invertedDesc.mapPos(Math.min(offset, this.whole.length), -1);
  }

  /** Return where a character of the note is in the server's text, behind what would come there. */
  inServer(offset: number): number {
    return this.pending.mapPos(offset, 1);
  }

  offset({ line, character }: Position): number {
    if (line >= this.whole.lines) return this.whole.length;
    const { from, to } = this.whole.line(line + 1);
    return Math.min(from + character, to);
  }

  position(offset: number): Position {
    const { number, from } = this.whole.lineAt(offset);
    return { line: number - 1, character: offset - from };
  }

  range({ start, end }: LspRange): Range {
    return { from: this.offset(start), to: this.offset(end) };
  }
}
