// A real VS Code in headless Chromium: open the sample draft, see the lenses, write a section, accept it, reject
// another, revise a paragraph, save, and compare the bytes. Run by e2e.sh, which sets code-server up.
//   node e2e.mjs CODE_SERVER_DIR EXTENSION.vsix SAMPLE_FOLDER ASSISTANT [PICTURE.png]
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const [folder, vsix, samples, assistant, picture] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { chromium } = require("playwright-core");

const DRAFT = "2024-06-03-delegating-without-disappearing.md";
const PROSE =
  "A list of everything that you do in a week is where it starts, and the next question is who would learn " +
  "something from each. The dull things go first, because nobody has ever been shown them. " +
  "The hard ones take longer, and it helps to stay close while they move.";

const OTHER =
  "When something breaks, ask what is missing, and ask it before anybody says whose it is. " +
  "Then write down the answer, and that is the end of it.";
let asked = 0;

/** A model that answers word by word: with some prose, then with other prose, and revises by a word. */
const model = createServer((request, response) => {
  if (request.method === "GET") {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ object: "list", data: [{ id: "fake-model", object: "model" }] }));
    return;
  }
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", async () => {
    const old = /already:\n\n([^]*?)\n\nRevise it: plainer/.exec(JSON.parse(body).messages.at(-1).content)?.[1];
    const answer = old ? old.replace(/\w+/, "Truly") : asked++ ? OTHER : PROSE;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const send = (choice) =>
      response.write(
        `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 0, model: "fake-model", choices: [{ index: 0, ...choice }] })}\n\n`,
      );
    for (const word of answer.split(/(?= )/)) {
      send({ delta: { content: word }, finish_reason: null });
      await new Promise((done) => setTimeout(done, 20));
    }
    send({ delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  });
});
await new Promise((done) => model.listen(0, "127.0.0.1", done));

const home = mkdtempSync(join(tmpdir(), "assistant-vscode-"));
const blog = join(home, "blog");
cpSync(samples, blog, { recursive: true });
const user = join(home, "user");
const extensions = join(home, "extensions");
mkdirSync(join(user, "User"), { recursive: true });
const settings = {
  "assistant.command": assistant,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "editor.wordWrap": "on",
  "editor.minimap.enabled": false,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};
writeFileSync(join(user, "User", "settings.json"), JSON.stringify(settings));
const entry = join(folder, "node_modules/code-server/out/node/entry.js");
const environment = {
  ...process.env,
  HOME: home,
  OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`,
  OPENAI_API_KEY: "",
};
const installed = spawnSync(
  "node",
  [entry, "--install-extension", vsix, "--extensions-dir", extensions, "--user-data-dir", user],
  { env: environment, encoding: "utf-8" },
);
assert.equal(installed.status, 0, installed.stdout + installed.stderr);
const port = 20000 + Math.floor(Math.random() * 20000);
const server = spawn(
  "node",
  [
    entry, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check",
    "--disable-workspace-trust", "--user-data-dir", user, "--extensions-dir", extensions, blog,
  ],
  { env: environment, stdio: ["ignore", "pipe", "pipe"] },
);
let said = "";
for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (said += data));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
page.setDefaultTimeout(60_000);
try {
  for (let tries = 0; !said.includes("HTTP server listening"); tries++) {
    assert(tries < 300, said);
    await new Promise((done) => setTimeout(done, 100));
  }
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(blog)}`);
  await page.waitForSelector(".monaco-workbench .part.editor");
  const before = readFileSync(join(blog, DRAFT), "utf-8");
  await page.keyboard.press("Control+P");
  await page.waitForSelector(".quick-input-widget input");
  await page.keyboard.type(DRAFT);
  await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${DRAFT}")`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".monaco-editor .view-lines");
  await page.keyboard.press("Control+End");
  const lens = (title, nth = 0) =>
    page.locator(".codelens-decoration a", { hasText: new RegExp(`^${title}$`) }).nth(nth);
  await lens("Write this section").click();
  await lens("Accept").waitFor();
  await new Promise((done) => setTimeout(done, 700));
  if (picture) await page.screenshot({ path: picture });
  await lens("Accept").click();
  await lens("Accept").waitFor({ state: "detached" });
  await lens("Write this section").click();
  await lens("Reject").click();
  await lens("Reject").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Home");
  await page.locator(".view-line", { hasText: "I was away" }).first().click();
  await page.keyboard.press("Alt+;");
  await page.keyboard.press("v");
  await page.locator(".quick-input-widget input:visible").fill("plainer");
  await page.keyboard.press("Enter");
  await lens("Accept").click();
  await lens("Accept").waitFor({ state: "detached" });
  await page.keyboard.press("Control+S");
  const heading = "## Choosing what to hand over\n";
  const other = "## What to do when it goes wrong\n";
  const revised = before.replace("I was away", "Truly was away");
  const expected = [heading, other].map((one) => revised.replace(one, `${one}\n${PROSE}\n`));
  for (let tries = 0; readFileSync(join(blog, DRAFT), "utf-8") === before; tries++) {
    assert(tries < 100, "nothing was saved");
    await new Promise((done) => setTimeout(done, 100));
  }
  const after = readFileSync(join(blog, DRAFT), "utf-8");
  assert(expected.includes(after), after.slice(-2500));
  console.log("VS Code: written, accepted, rejected, revised and saved; every other byte is as it was");
} catch (error) {
  await page.screenshot({ path: join(tmpdir(), "assistant-vscode-failed.png") });
  console.error(said.slice(-2000));
  throw error;
} finally {
  await browser.close();
  server.kill();
  model.close();
  model.closeAllConnections();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
