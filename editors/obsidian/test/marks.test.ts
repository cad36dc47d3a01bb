import "./dom";
import assert from "node:assert/strict";
import test from "node:test";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { marks, show } from "../src/marks";
import { byWords } from "../src/words";

const shown = (doc: string, value: Parameters<typeof show.of>[0]) => {
  const view = new EditorView({ state: EditorState.create({ doc, extensions: [marks] }), parent: document.body });
  view.dispatch({ effects: show.of(value) });
  return view;
};

test("new words are text, whatever they hold, and the note has none of them", () => {
  const hostile = "<img src=x onerror=alert(1)>\n\n[[link]] **bold**";
  const view = shown("# Bees\n", { proposals: [{ from: 7, to: 7, text: hostile }], gaps: [], actions: new Map() });
  const words = view.dom.querySelectorAll("ins.assistant-new");
  assert.equal([...words].map((one) => one.textContent).join(""), hostile);
  assert.equal(view.dom.querySelector("img[src], img[onerror]"), null);
  assert.equal(view.state.doc.toString(), "# Bees\n");
  view.destroy();
});

test("a revision shows the words that change", () => {
  const view = shown("It was a slow day.", {
    proposals: [{ from: 0, to: 18, text: "It was a long, slow night." }],
    gaps: [],
    actions: new Map(),
  });
  const texts = (name: string) => [...view.dom.querySelectorAll(name)].map((one) => one.textContent);
  assert.deepEqual(texts(".assistant-gone"), ["day"]);
  assert.deepEqual(texts(".assistant-new"), ["long, ", "night"]);
  view.destroy();
});

test("buttons stand above their line and do what they say", () => {
  const done: string[] = [];
  const actions = new Map([[7, [{ title: "<b>Accept</b>", run: () => done.push("accept") }]]]);
  const view = shown("# Bees\nWords.", { proposals: [], gaps: [{ from: 0, to: 6, message: "gap" }], actions });
  const button = view.dom.querySelector<HTMLButtonElement>(".assistant-actions button");
  assert.equal(button?.textContent, "<b>Accept</b>");
  button?.click();
  assert.deepEqual(done, ["accept"]);
  assert.equal(view.dom.querySelector(".assistant-gap")?.getAttribute("title"), "gap");
  view.destroy();
});

test("a difference by words gives both texts back", () => {
  const old = "One two three, four five.";
  for (const text of ["", "One three, four, five six.", "Zero one two three, four five.", old]) {
    let position = 0;
    let made = "";
    for (const run of byWords({ from: 0, to: old.length, text }, old)) {
      made += old.slice(position, run.from) + run.text;
      position = run.to;
    }
    assert.equal(made + old.slice(position), text);
  }
});
