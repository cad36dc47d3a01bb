// A difference word by word, so that a revised paragraph shows the words that change.
import type { Text } from "@codemirror/state";
import type { Proposal } from "./shadow";

const MOST = 250_000; // words times words: beyond that, no eye follows single ones

const LETTER = /[\p{L}\p{N}'’]/u;

/** Return a proposal that begins and ends where words do: the server sends what differs, to the letter. */
export function widened({ from, to, text }: Proposal, doc: Text): Proposal {
  const at = (place: number) => doc.sliceString(place, place + 1);
  const isWord = (place: number) => LETTER.test(at(place));
  if (from === to && !text) return { from, to, text };
  while (from > 0 && isWord(from - 1) && (from < to ? isWord(from) : LETTER.test(text[0]))) text = at(--from) + text;
  while (to < doc.length && isWord(to) && (from < to ? isWord(to - 1) : LETTER.test(text.at(-1)!))) text += at(to++);
  return { from, to, text };
}

/** Split a proposal into the runs of words in which its old and its new text differ. */
export function byWords(proposal: Proposal, old: string): Proposal[] {
  const words = (text: string) => text.match(/\s+|[\p{L}\p{N}'’]+|[^\s]/gu) ?? [];
  const a = words(old);
  const b = words(proposal.text);
  if (!a.length || !b.length || a.length * b.length > MOST) return [proposal];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  const runs: Proposal[] = [];
  let run: Proposal | null = null;
  for (let i = 0, j = 0, at = proposal.from; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      run = null;
      at += a[i].length;
      i++, j++;
      continue;
    }
    if (!run) runs.push((run = { from: at, to: at, text: "" }));
    if (j >= b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      at += a[i++].length;
      run.to = at;
    } else {
      run.text += b[j++];
    }
  }
  return runs;
}
