// What the author sees in a note: words that would go, words that would come, gaps, and what can be done there.
// Every text of a model's or of the server's is put in as text, never as HTML.
import { RangeSetBuilder, StateEffect, StateField, type Extension, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Proposal, Range } from "./shadow";
import { byWords, widened } from "./words";

export interface Action {
  title: string;
  run: () => void;
}

/** A gap, with what the server says of it. */
export interface Gap extends Range {
  message: string;
}

export interface Shown {
  proposals: Proposal[];
  gaps: Gap[];
  /** What can be done, by the character of the note at whose line it stands. */
  actions: Map<number, Action[]>;
}

export const NOTHING: Shown = { proposals: [], gaps: [], actions: new Map() };
export const show = StateEffect.define<Shown>();

class NewWords extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: NewWords): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const words = document.createElement("ins");
    words.className = "assistant-new";
    words.textContent = this.text;
    return words;
  }
}

class Actions extends WidgetType {
  constructor(readonly actions: readonly Action[]) {
    super();
  }

  override eq(other: Actions): boolean {
    return this.actions.length === other.actions.length && this.actions.every((one, at) => one === other.actions[at]);
  }

  toDOM(): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "assistant-actions";
    for (const { title, run } of this.actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", (event) => {
        event.preventDefault();
        run();
      });
      bar.append(button);
    }
    return bar;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Return the decorations of a document. */
export function decorations(doc: Text, { proposals, gaps, actions }: Shown): DecorationSet {
  const marks: { from: number; to: number; mark: Decoration; side: number }[] = [];
  const add = (from: number, to: number, mark: Decoration, side: number) => {
    if (from <= to && to <= doc.length) marks.push({ from, to, mark, side });
  };
  for (const [at, some] of actions) {
    const { from } = doc.lineAt(Math.min(at, doc.length));
    add(from, from, Decoration.widget({ widget: new Actions(some), side: -1, block: true }), -1);
  }
  for (const { from, to, message } of gaps) {
    const gap = Decoration.mark({ class: "assistant-gap", attributes: { title: message } });
    if (from < to) add(from, to, gap, 0);
  }
  for (const one of proposals) {
    const proposal = widened(one, doc);
    for (const { from, to, text } of byWords(proposal, doc.sliceString(proposal.from, proposal.to))) {
      if (from < to) add(from, to, Decoration.mark({ class: "assistant-gone" }), 0);
      if (text) add(to, to, Decoration.widget({ widget: new NewWords(text), side: 1 }), 1);
    }
  }
  marks.sort((a, b) => a.from - b.from || a.side - b.side);
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, mark } of marks) builder.add(from, to, mark);
  return builder.finish();
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(show)) return decorations(transaction.state.doc, effect.value);
    return marks.map(transaction.changes);
  },
  provide: (own) => EditorView.decorations.from(own),
});

export const marks: Extension = field;
