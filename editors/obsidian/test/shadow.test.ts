import assert from "node:assert/strict";
import test from "node:test";
import { ChangeSet, Text } from "@codemirror/state";
import { Shadow } from "../src/shadow";

const text = (...lines: string[]) => Text.of(lines);
const edit = (shadow: Shadow, from: number, to: number, newText: string) =>
  shadow.server([{ range: { start: shadow.position(from), end: shadow.position(to) }, newText }]);

test("a proposal is in the server's text alone until it is decided", () => {
  const shadow = new Shadow(text("# Bees", "", "## Winter", ""));
  edit(shadow, 18, 18, "\nThey slept.\n");
  assert.equal(shadow.note.toString(), "# Bees\n\n## Winter\n");
  assert.deepEqual(shadow.proposals, [{ from: 18, to: 18, text: "\nThey slept.\n" }]);
  assert.equal(shadow.settle([{ from: 19, to: 30 }]), null);
  assert.equal(shadow.settle([])?.apply(text("# Bees", "", "## Winter", "")).toString(), shadow.text.toString());
  assert.ok(shadow.pending.empty);
});

test("what the author types meanwhile is in both, and never lost", () => {
  const shadow = new Shadow(text("One two three."));
  edit(shadow, 4, 7, "TWO");
  shadow.author(ChangeSet.of({ from: 0, to: 0, insert: "Well. " }, 14));
  shadow.author(ChangeSet.of({ from: 20, to: 20, insert: " Four." }, 20));
  assert.equal(shadow.note.toString(), "Well. One two three. Four.");
  assert.equal(shadow.text.toString(), "Well. One TWO three. Four.");
  edit(shadow, 10, 13, "two"); // rejected
  assert.equal(shadow.settle([])?.apply(shadow.note).toString() ?? shadow.note.toString(), shadow.note.toString());
});

test("of two proposals, the one that is accepted goes into the note", () => {
  const shadow = new Shadow(text("One two three."));
  edit(shadow, 0, 3, "ONE");
  edit(shadow, 8, 13, "THREE");
  const change = shadow.settle([{ from: 0, to: 3 }]);
  assert.equal(change?.apply(text("One two three.")).toString(), "One two THREE.");
  assert.deepEqual(shadow.proposals, [{ from: 0, to: 3, text: "ONE" }]);
});

test("both texts stay in step, whatever is typed and proposed", () => {
  let seed = 7;
  const random = (most: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  for (let round = 0; round < 200; round++) {
    const shadow = new Shadow(text("Some words that stand here", "", "and more of them."));
    for (let step = 0; step < 12; step++) {
      const length = random(2) ? shadow.text.length : shadow.note.length;
      const from = random(length + 1);
      const to = Math.min(from + random(5), length);
      const insert = ["", "x", "a\nb", "longer words"][random(4)];
      if (length === shadow.text.length) edit(shadow, from, to, insert);
      else shadow.author(ChangeSet.of({ from, to, insert }, length));
      if (random(4) === 0) shadow.settle(random(2) ? [] : [{ from: 0, to: random(20) }]);
      assert.equal(shadow.pending.apply(shadow.note).toString(), shadow.text.toString());
    }
  }
});
