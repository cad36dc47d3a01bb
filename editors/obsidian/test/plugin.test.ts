// The plug-in with the real `assistant lsp`, which ASSISTANT_COMMAND names, and a model server of our own.
import "./dom";
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Plugin as RealPlugin } from "obsidian";
import Assistant from "../src/main";
import * as obsidian from "./obsidian";

const PROSE =
  "A list of everything that you do in a week is where it starts, and the next question is who would learn " +
  "something from each. The dull things go first, because nobody has ever been shown them.";
const OTHER_PROSE =
  "In January I lift a corner of the hive and listen. If it hums, I close it and go in. If not, I look again in March.";
const NOTE = "# Bees\n\nThey settled within days and nobody was stung.\n\n## Winter\n\n## Spring\n\nTODO: say when they fly\n";

/** Answer as OpenAI's protocol has it: prose for a gap, another first word for a revision. */
function model() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      response.setHeader("Content-Type", "application/json");
      const models = { object: "list", data: [{ id: "fake", object: "model" }] };
      if (!body) return void response.end(JSON.stringify(models));
      const { messages, stream } = JSON.parse(body);
      const last: string = messages.at(-1).content;
      asked.push(last);
      const old = /already:\n\n([^]*?)\n\nRevise it:/.exec(last)?.[1];
      const prose = last.includes("which I turned down") ? OTHER_PROSE : PROSE;
      const content = old ? old.replace(/\w+/, "Truly") : prose;
      const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
      const common = { id: "1", created: 1, model: "fake", usage };
      if (!stream) {
        const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }];
        return void response.end(JSON.stringify({ ...common, object: "chat.completion", choices }));
      }
      response.setHeader("Content-Type", "text/event-stream");
      const choices = [{ index: 0, finish_reason: "stop", delta: { role: "assistant", content } }];
      response.end(`data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices })}\n\ndata: [DONE]\n\n`);
    });
  });
  return { asked, server };
}

async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const seen = look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain: ${what}; ${obsidian.notices.join("; ")}; ${document.body.textContent}`);
}

const skip = process.env.ASSISTANT_COMMAND ? false : "ASSISTANT_COMMAND names no program";

test("gaps and texts are shown, and the note changes by what is accepted alone", { skip, timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "vault-"));
  const { asked, server } = model();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.OPENAI_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  process.env.OPENAI_API_KEY = "none";
  process.env.ASSISTANT_STATE = join(folder, "state");
  process.env.ASSISTANT_CONFIG = join(folder, "none.toml");
  const path = join(folder, "bees.md");
  writeFileSync(path, NOTE);

  const file = new obsidian.TFile(path);
  const active = Object.assign(new obsidian.MarkdownView(), { file });
  const app = {
    vault: { adapter: new obsidian.FileSystemAdapter(), on: () => undefined },
    workspace: { getActiveViewOfType: () => active },
  };
  const plugin = new (Assistant as unknown as new (app: unknown) => RealPlugin & obsidian.Plugin)(app);
  await plugin.onload();
  const info = obsidian.editorInfoField.init(() => ({ file }));
  const extensions = [info, ...(plugin.extensions as Extension[])];
  const view = new EditorView({ state: EditorState.create({ doc: NOTE, extensions }), parent: document.body });

  const text = () => view.state.doc.toString();
  const button = (title: string) => () =>
    [...view.dom.querySelectorAll("button")].find((one) => one.textContent?.startsWith(title));
  const click = async (title: string) => (await until(title, button(title))).click();
  const proposed = () => [...view.dom.querySelectorAll(".assistant-new")].map((one) => one.textContent).join("");
  const run = (id: string) => plugin.commands.find((one) => one.id === id)?.editorCheckCallback?.(false);
  try {
    await click("Write this section");
    await until("a text", () => proposed().includes(PROSE) && button("Accept")());
    assert.equal(text(), NOTE);
    await click("Reject");
    await until("nothing proposed", () => !proposed() && button("Write this section")());
    assert.equal(text(), NOTE);

    await click("Write this section");
    await until("a text", () => proposed().includes(OTHER_PROSE) && button("Retry")());
    const typed = "\nNot all of them.\n";
    view.dispatch({ changes: { from: view.state.doc.length, insert: typed } });
    await click("Accept");
    await until("the text in the note", () => text().includes(OTHER_PROSE));
    assert.equal(text(), NOTE.replace("## Winter\n", `## Winter\n\n${OTHER_PROSE}\n`) + typed);

    const before = text();
    obsidian.answers.push("plainer");
    view.dispatch({ selection: { anchor: text().indexOf("They settled") } });
    assert.ok(run("revise"));
    await until("a revision", () => proposed() === "Truly" && button("Accept")());
    assert.equal(text(), before);
    assert.equal(view.dom.querySelector(".assistant-gone")?.textContent, "They");
    await click("Accept");
    await until("the revision in the note", () => text() === before.replace("They", "Truly"));
    assert.ok(asked.at(-1)?.includes("Revise it: plainer"));
  } finally {
    view.destroy();
    await (plugin as unknown as { server: { stop(): Promise<void> } | null }).server?.stop();
    server.close();
  }
});

test("a program that is not there is said in a line", async () => {
  obsidian.notices.length = 0;
  const app = { vault: { adapter: new obsidian.FileSystemAdapter(), on: () => undefined }, workspace: {} };
  const plugin = new (Assistant as unknown as new (app: unknown) => RealPlugin & obsidian.Plugin)(app);
  plugin.loadData = async () => ({ command: "/no/such/program" });
  await plugin.onload();
  await until("a line", () => obsidian.notices.length);
  assert.match(obsidian.notices[0], /\/no\/such\/program lsp' does not run/);
});
