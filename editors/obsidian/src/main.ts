// The plug-in: starts `assistant lsp`, opens each note that is edited, and has the commands.
import { pathToFileURL } from "node:url";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { type App, FileSystemAdapter, MarkdownView, Modal, Notice, Plugin, PluginSettingTab, Setting, TFile, editorInfoField } from "obsidian";
import { marks } from "./marks";
import { Note, accepted } from "./note";
import { type Host, Server } from "./server";

interface Settings {
  command: string;
  model: string;
  baseUrl: string;
}

const DEFAULTS: Settings = { command: "assistant", model: "", baseUrl: "" };

const COMMANDS: Record<string, string> = {
  write: "Write what is missing here",
  writeWith: "Write what is missing here, with an instruction",
  writeAll: "Write all gaps of the note",
  revise: "Revise this text",
  accept: "Accept the text here",
  reject: "Reject the text here",
  retry: "Retry the text here",
  retryWith: "Retry the text here, with an instruction",
  acceptAll: "Accept all texts without warnings",
  rejectAll: "Reject all texts",
  next: "Go to the next text to review",
  stop: "Stop the model",
};

export default class WritingAssistant extends Plugin {
  settings: Settings = DEFAULTS;
  private server: Server | null = null;
  private followers = new Set<Follower>();
  private bar: HTMLElement | null = null;

  override async onload(): Promise<void> {
    this.settings = { ...DEFAULTS, ...((await this.loadData()) as Partial<Settings> | null) };
    const plugin = this;
    const follower = ViewPlugin.define((view) => new Follower(view, plugin));
    this.registerEditorExtension([marks, follower]);
    this.bar = this.addStatusBarItem();
    this.addSettingTab(new Tab(this.app, this));
    for (const [id, name] of Object.entries(COMMANDS))
      this.addCommand({
        id,
        name,
        editorCheckCallback: (checking) => {
          const note = this.here();
          if (note && !checking) note.run(id);
          return note !== null;
        },
      });
    this.addCommand({ id: "restart", name: "Restart the program", callback: () => void this.restart() });
    this.registerEvent(
      this.app.vault.on("modify", (file) => {
        if (file instanceof TFile) this.server?.notes.get(this.uri(file) ?? "")?.saved();
      }),
    );
    this.start();
  }

  override onunload(): void {
    void this.server?.stop();
  }

  /** Start the program, and open the notes that are edited. */
  start(): void {
    this.server = Server.start(this.settings.command, this.host());
    for (const one of this.followers) one.open();
  }

  async restart(): Promise<void> {
    const server = this.server;
    this.server = null;
    await server?.stop();
    this.start();
  }

  /** Open a note that an editor shows; null where it is open in another one, or is no file. */
  open(view: EditorView): Note | null {
    const file = view.state.field(editorInfoField, false)?.file;
    const uri = file && this.uri(file);
    if (!this.server || !uri || this.server.notes.has(uri)) return null;
    const note = new Note(view, uri, this.server);
    this.server.notes.set(uri, note);
    return note;
  }

  close(note: Note): void {
    note.close();
    if (this.server?.notes.get(note.uri) === note) this.server.notes.delete(note.uri);
    for (const one of this.followers) one.open(); // another editor of the same note takes over
  }

  follow(one: Follower): void {
    this.followers.add(one);
  }

  unfollow(one: Follower): void {
    this.followers.delete(one);
  }

  uri(file: TFile): string | null {
    const { adapter } = this.app.vault;
    return adapter instanceof FileSystemAdapter ? pathToFileURL(adapter.getFullPath(file.path)).href : null;
  }

  private here(): Note | null {
    const file = this.app.workspace.getActiveViewOfType(MarkdownView)?.file;
    return (file && this.server?.notes.get(this.uri(file) ?? "")) || null;
  }

  private host(): Host {
    return {
      settings: () => ({ model: this.settings.model, baseUrl: this.settings.baseUrl }),
      ask: (question) => new Promise((resolve) => new Question(this.app, question, resolve).open()),
      say: (message) => void new Notice(message),
      status: (words) => this.bar?.setText(words),
      ended: (reason) => {
        for (const note of this.server?.notes.values() ?? []) note.clear();
        this.server = null;
        this.bar?.setText("");
        const hint = "Install it as its README says; its full path belongs into this plug-in's settings.";
        new Notice(`'${this.settings.command} lsp' does not run: ${reason}. ${hint}`, 10_000);
      },
    };
  }
}

/** Follows one editor. */
class Follower implements PluginValue {
  private note: Note | null = null;
  private path: string | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly plugin: WritingAssistant,
  ) {
    plugin.follow(this);
    queueMicrotask(() => this.open()); // the editor is not made yet
  }

  open(): void {
    if (this.note?.isClosed) this.note = null;
    this.note ??= this.plugin.open(this.view);
    this.path = this.file();
  }

  update({ docChanged, transactions, changes }: ViewUpdate): void {
    if (this.note && this.file() !== this.path) {
      this.plugin.close(this.note);
      this.note = null;
      queueMicrotask(() => this.open());
    } else if (docChanged && !transactions.some((one) => one.annotation(accepted))) {
      this.note?.changed(changes);
    }
  }

  destroy(): void {
    this.plugin.unfollow(this);
    if (this.note) this.plugin.close(this.note);
  }

  private file(): string | null {
    return this.view.state.field(editorInfoField, false)?.file?.path ?? null;
  }
}

/** Asks for a line. */
class Question extends Modal {
  private words = "";

  constructor(
    app: App,
    private readonly question: string,
    private readonly answer: (words: string) => void,
  ) {
    super(app);
  }

  override onOpen(): void {
    this.titleEl.setText(this.question);
    const input = this.contentEl.createEl("input", { type: "text" });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      this.words = input.value.trim();
      this.close();
    });
    input.focus();
  }

  override onClose(): void {
    this.answer(this.words);
  }
}

class Tab extends PluginSettingTab {
  constructor(
    app: App,
    private readonly plugin: WritingAssistant,
  ) {
    super(app, plugin);
  }

  display(): void {
    this.containerEl.empty();
    this.row("command", "Program", "A name on your PATH, or the full path of 'assistant'.");
    this.row("model", "Model", "A name on its server, or from 'assistant models'. Empty: as in your settings file.");
    this.row("baseUrl", "Server", "A server on this machine, such as http://127.0.0.1:11434/v1. Others stand in your settings file.");
  }

  private row(key: keyof Settings, name: string, description: string): void {
    const { plugin } = this;
    new Setting(this.containerEl)
      .setName(name)
      .setDesc(description)
      .addText((text) =>
        text.setValue(plugin.settings[key]).onChange(async (value) => {
          plugin.settings = { ...plugin.settings, [key]: value.trim() || DEFAULTS[key] };
          await plugin.saveData(plugin.settings);
        }),
      )
      .addExtraButton((button) => button.setIcon("refresh-cw").setTooltip("Restart the program").onClick(() => void plugin.restart()));
  }
}
