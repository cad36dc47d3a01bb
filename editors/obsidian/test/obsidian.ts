// What the plug-in uses of Obsidian, which runs in its own app only. tsc checks the plug-in against the real types.
import { StateField } from "@codemirror/state";

export const notices: string[] = [];
export const answers: string[] = [];

export class TFile {
  constructor(readonly path: string) {}
}

export class FileSystemAdapter {
  getFullPath(path: string): string {
    return path;
  }
}

export const editorInfoField = StateField.define<{ file: TFile | null }>({
  create: () => ({ file: null }),
  update: (info) => info,
});

export class MarkdownView {
  file: TFile | null = null;
}

export class Notice {
  constructor(message: string) {
    notices.push(message);
  }
}

export class Modal {
  titleEl = { setText: () => undefined };
  contentEl = {
    createEl: () => {
      const input = document.createElement("input");
      input.value = answers.shift() ?? "";
      queueMicrotask(() => input.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Enter" })));
      return input;
    },
  };

  open(): void {
    this.onOpen();
  }

  close(): void {
    this.onClose();
  }

  onOpen(): void {}
  onClose(): void {}
}

export interface Command {
  id: string;
  editorCheckCallback?: (checking: boolean) => boolean;
}

export class Plugin {
  commands: Command[] = [];
  extensions: unknown[] = [];
  saved: ((file: TFile) => void)[] = [];

  constructor(readonly app: unknown) {}

  loadData = async (): Promise<unknown> => ({ command: process.env.ASSISTANT_COMMAND });
  saveData = async (): Promise<void> => undefined;
  addCommand = (command: Command) => this.commands.push(command);
  registerEditorExtension = (extension: unknown) => this.extensions.push(extension);
  registerEvent = () => undefined;
  addSettingTab = () => undefined;
  addStatusBarItem = () => ({ setText: () => undefined });
}

export class PluginSettingTab {}
export class Setting {}
