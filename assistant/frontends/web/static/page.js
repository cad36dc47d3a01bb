// What a page does: sends what a key or a button says, and puts in what the server tells is new.
// Everything that is put in as HTML was made and escaped by our own server.
// It runs before the page is there, so that a button is never seen before it works.

const { draft, view, at, keys: names } = document.documentElement.dataset;
const keys = JSON.parse(names ?? "{}");
const one = (selector, root = document) => root.querySelector(selector);
const cards = () => [...document.querySelectorAll(".piece")];
const linkTo = (key) => one(`#outline a[href="#${CSS.escape(`piece-${key}`)}"]`);
const cardOf = (key) => document.getElementById(`piece-${key}`);
const GONE = "The assistant has stopped. Start it again: everything is saved";
const typing = () => [...document.querySelectorAll("form.box textarea, .doubt input")].some((field) => field.value);
const gone = () => GONE + (typing() ? ", but for the words that you are typing here: copy them." : ".");
let current = "";
let stream = null;

async function send(address, fields = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  }).catch(() => null);
  // A server that ends while it answers leaves half an answer.
  const told = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!told) {
    say(answer && !answer.ok ? "That failed." : gone(), true);
    return { failed: true };
  }
  say(told.said ?? "", told.failed);
  return told;
}

function say(line, failed = false) {
  const place = one("#said");
  if (!place) return;
  place.textContent = line;
  place.classList.toggle("failure", failed);
}

// ---- pieces ----------------------------------------------------------------

function select(key, { focus = true } = {}) {
  current = key;
  for (const card of document.querySelectorAll(".piece.current")) card.classList.remove("current");
  const card = cardOf(key);
  if (!card) return;
  card.classList.add("current");
  one("#outline a.current")?.classList.remove("current");
  linkTo(key)?.classList.add("current");
  if (focus) {
    card.scrollIntoView({ block: "nearest" });
    card.focus({ preventScroll: true });
  }
}

let last = Promise.resolve();

/** Do one thing after the other: a key that is pressed early means the piece that the one before leads to. */
function command(...what) {
  return (last = last.then(() => run(...what)));
}

async function run(name, { argument = 1, text = "", lines = "", key = current, doubt = doubtOf(key) } = {}) {
  const told = await send(`/draft/${draft}/do`, { command: name, argument, text, lines, key, doubt });
  if (told.key && !["stop_all", "write", "undo_write"].includes(name)) select(told.key);
  return !told.failed;
}

/** Return the number of the question or warning that is looked at in a piece. */
function doubtOf(key) {
  const card = cardOf(key);
  return (card && (one(".doubt.current", card) ?? one(".doubt", card))?.dataset.doubt) ?? "";
}

/** Return the question or warning about the words that were clicked on. */
function doubtAt(target, card) {
  const marks = [...card.querySelectorAll("mark, .ref")];
  const at = marks.indexOf(target.closest("mark, .ref"));
  const number = at < 0 ? null : marks.slice(at).find((mark) => mark.matches(".ref"));
  return number && card.querySelectorAll(".doubt")[number.textContent - 1];
}

function lookAt(doubt) {
  for (const other of doubt.parentElement.children) other.classList.toggle("current", other === doubt);
}

function nextDoubt() {
  const doubts = [...(cardOf(current)?.querySelectorAll(".doubt") ?? [])];
  if (!doubts.length) return say("no question and no warning in this piece");
  const at = doubts.findIndex((doubt) => doubt.classList.contains("current"));
  const next = doubts[(at + 1) % doubts.length];
  lookAt(next);
  next.scrollIntoView({ block: "nearest" });
}

const words = async (key) => (await fetch(`/draft/${draft}/text?key=${encodeURIComponent(key)}`)).text();

async function openBox(kind, key = current) {
  const card = cardOf(key);
  if (!card || one("form.box", card)) return;
  select(key);
  const form = one(`template#${kind}`).content.cloneNode(true).firstElementChild;
  const field = one("[name=text]", form);
  if (kind === "edit") {
    if (!(field.value = await words(key))) return say("no text here yet");
    field.rows = Math.min(30, field.value.split("\n").length + field.value.length / 60 + 2);
  }
  one(".foot", card).append(form);
  field.focus();
}

function closeBox(form) {
  const card = form.closest(".piece");
  form.remove();
  card?.focus();
}

/** Ask what to change in a passage: the one at `lines`, or the first in sight. */
function openRevise(lines) {
  const box = one("#revise");
  const inSight = (passage) => passage.getBoundingClientRect().bottom > 0;
  const passages = [...document.querySelectorAll("#draft [data-lines]")];
  one("[name=lines]", box).value = lines ?? (passages.find(inSight) ?? passages.at(-1))?.dataset.lines ?? "";
  one("[name=text]", box).value = "";
  box.showModal();
  one("[name=text]", box).focus();
}

const views = {
  revise: () => openRevise(),
  edit: () => openBox("edit"),
  instruct: () => openBox("instruct"),
  fit: () => (doubtOf(current) ? openBox("fit") : say("no question and no warning in this piece")),
  prompt: () => location.assign(`/draft/${draft}/prompt?key=${encodeURIComponent(current)}`),
  preview: () => location.assign(`/draft/${draft}/preview`),
  help: () => one("#help").showModal(),
  next_doubt: nextDoubt,
  answer() {
    const field = one(".doubt.current input", cardOf(current)) ?? one(".doubt input", cardOf(current));
    field ? field.focus() : say("no question in this piece");
  },
  leave: quit,
  async copy() {
    await navigator.clipboard.writeText(await words(current));
    say("copied");
  },
};

async function quit() {
  const told = await send("/quit");
  if (!told.said) return;
  stream?.close();
  const end = document.createElement("p");
  end.textContent = told.said;
  one("main").replaceChildren(end);
  one("footer")?.remove();
}

// ---- what the author does --------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const card = event.target.closest(".piece");
  if (card) select(card.dataset.key, { focus: false });
  const doubt = event.target.closest(".doubt") ?? (card && doubtAt(event.target, card));
  if (doubt) lookAt(doubt);
  if (!button) return;
  const { dataset: data } = button;
  if (data.do) command(data.do, { argument: Number(data.argument ?? 1) });
  else if (data.box) openBox(data.box);
  else if ("revise" in data) openRevise(data.revise);
  else if ("close" in data) button.closest("dialog").close();
  else if ("cancel" in data) closeBox(button.closest("form"));
  else if ("copy" in data) views.copy();
  else if ("prompt" in data) views.prompt();
  else if ("preview" in data) views.preview();
  else if ("help" in data) views.help();
  else if ("quit" in data) quit();
  else if (data.model) changeModel(button);
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".piece");
  if (card && card.dataset.key !== current) select(card.dataset.key, { focus: false });
  const doubt = event.target.closest(".doubt");
  if (doubt) lookAt(doubt);
});

// A passage that the pointer is on has a button; the key does the same without one.
const reviseButton = document.createElement("button");
reviseButton.type = "button";
reviseButton.className = "revise";
reviseButton.textContent = "Revise …";
document.addEventListener("pointerover", (event) => {
  const passage = event.target.closest("#draft [data-lines]");
  if (!passage || passage.contains(reviseButton)) return;
  reviseButton.dataset.revise = passage.dataset.lines;
  passage.append(reviseButton);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.box) {
    event.preventDefault();
    const key = form.closest(".piece").dataset.key;
    const text = one("[name=text]", form).value;
    const open = () => {
      form.inert = false;
      one("[name=text]", form).focus();
    };
    // Until the server has the words, they are nowhere but here.
    if (!form.inert) command(form.dataset.box, { text, key }).then((done) => (done ? form.remove() : open()));
    form.inert = true;
  } else if ("revise" in form.dataset) {
    event.preventDefault();
    form.closest("dialog").close();
    command("revise", { lines: one("[name=lines]", form).value, text: one("[name=text]", form).value });
  } else if ("answer" in form.dataset) {
    event.preventDefault();
    lookAt(form.closest(".doubt"));
    command("answer", { text: one("[name=text]", form).value, key: form.closest(".piece").dataset.key });
  } else if (form.dataset.model) {
    event.preventDefault();
    changeModel(form);
  }
});

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("textarea, input, select");
  const form = event.target.closest("form.box");
  if (form && event.key === "Escape") return closeBox(form);
  if (field && event.key === "Escape") return field.closest(".piece")?.focus();
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
  if (field || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]") || !draft) return;
  const [, name, argument] = /^(\w+)(?:\((-?\d+)\))?$/.exec(keys[event.key] ?? "") ?? [];
  if (!name) return;
  event.preventDefault();
  if (views[name]) last = last.then(views[name]);
  else command(name, { argument: Number(argument ?? 1) });
});

// Words in an open box are nowhere else yet.
addEventListener("beforeunload", (event) => one("form.box textarea") && event.preventDefault());

async function changeModel(from) {
  const fields = from instanceof HTMLFormElement ? Object.fromEntries(new FormData(from)) : {};
  const told = await send(`/model/${from.dataset.model}`, { name: from.dataset.name, ...fields });
  if (!told.failed && told.said) setTimeout(() => location.reload(), 1200);
}

// ---- what the server tells -------------------------------------------------

/** Return where an answer is being typed: its piece and its question. */
const placeOf = (field) => `${field.closest(".piece").dataset.key}\n${field.parentElement.textContent}`;
const answers = () => [...document.querySelectorAll(".doubt input")];

/** Run `change`, then put open boxes, half an answer and the focus back where they were. */
function keeping(change) {
  const typed = new Map(answers().filter((field) => field.value).map((field) => [placeOf(field), field.value]));
  const asked = document.activeElement?.matches(".doubt input") ? placeOf(document.activeElement) : "";
  const boxes = [...document.querySelectorAll("form.box")].map((box) => [box.closest(".piece").dataset.key, box]);
  const active = document.activeElement;
  const key = active?.closest?.(".piece")?.dataset.key;
  const name = active?.dataset?.do ?? active?.dataset?.box;
  const inBox = active?.closest?.("form.box");
  const inBar = active?.closest?.("#bar");
  change();
  for (const [home, box] of boxes) if (!box.isConnected) one(".foot", cardOf(home) ?? document)?.append(box);
  for (const field of answers()) field.value ||= typed.get(placeOf(field)) ?? "";
  const field = asked && answers().find((other) => placeOf(other) === asked);
  if (inBox) active.focus({ preventScroll: true });
  else if (field) field.focus({ preventScroll: true });
  else if (key && !active.isConnected) {
    const card = cardOf(key);
    const same = name && card && one(`[data-do="${name}"], [data-box="${name}"]`, card);
    (same || card)?.focus({ preventScroll: true });
  } else if (inBar && !active.isConnected) {
    (one(`#bar [data-do="${name}"]:not([disabled])`) ?? one("#bar button:not([disabled])"))?.focus();
  }
  cardOf(current)?.classList.add("current");
}

function outline() {
  const list = document.createElement("ol");
  for (const card of cards()) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${card.id}`;
    link.textContent = card.dataset.name;
    link.dataset.state = card.dataset.state;
    link.title = one(".state", card).textContent;
    item.append(link);
    list.append(item);
  }
  one("#outline").replaceChildren(list);
}

function follow() {
  const source = new EventSource(`/draft/${draft}/events?view=${view}`);
  const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("page", (html) => {
    keeping(() => (one("#draft").innerHTML = html));
    outline();
  });
  on("pieces", (pieces) => {
    keeping(() => {
      for (const [key, html] of Object.entries(pieces)) {
        const holder = document.createElement("template");
        holder.innerHTML = html;
        cardOf(key)?.replaceWith(holder.content);
        const link = linkTo(key);
        if (link) link.dataset.state = cardOf(key).dataset.state;
      }
    });
  });
  on("stream", (added) => {
    for (const [key, text] of Object.entries(added)) one(".stream", cardOf(key))?.append(text);
  });
  on("bar", (html) => keeping(() => (one("#bar").innerHTML = html)));
  on("said", (line) => say(line));
  let lost;
  source.addEventListener("error", () => (lost ??= setTimeout(() => source.readyState || say(gone(), true), 3000)));
  source.addEventListener("open", () => {
    if (lost && one("#said").textContent.startsWith(GONE)) say("");
    clearTimeout(lost);
    lost = undefined;
  });
  on("stale", () => {
    // Words in an open box are the author's: they are not thrown away.
    if (one("form.box")) say("Copy your words and load this page again: it is out of date.", true);
    else location.reload();
  });
  return source;
}

addEventListener("DOMContentLoaded", () => {
  // While a model is fetched, load the page again, but never under the author's fingers.
  if (one("progress")) setInterval(() => document.activeElement?.closest("form") || location.reload(), 2000);
  if (!draft) return;
  outline();
  // First the page is painted, then the rest of its cards is asked for.
  requestAnimationFrame(() => setTimeout(() => (stream ??= follow())));
  // A browser keeps six connections to us at most: a page that nobody sees must not hold one.
  document.addEventListener("visibilitychange", () => {
    stream?.close();
    stream = document.hidden ? null : follow();
  });
  const ready = cards().find((card) => card.dataset.state === "ready");
  select(at || (ready ?? cards()[0])?.dataset.key || "", { focus: false });
});
