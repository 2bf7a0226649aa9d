// The status item: the home of what is under the cursor, its owner's lane, and the findings.
import * as vscode from "vscode";
import { ask, type Status } from "./answers";
import { here, OURS } from "./documents";
import type { ServerLife } from "./server";
import { told } from "./telling";

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("protohome.home", OURS);
  private readonly listeners: vscode.Disposable[];
  private busy = false;
  private wishes = 0;

  constructor(private readonly life: ServerLife) {
    this.item.name = "protohome";
    this.item.text = "$(home) protohome";
    const update = (): void => void this.update();
    this.listeners = [
      life.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.window.onDidChangeTextEditorSelection(update),
      vscode.languages.onDidChangeDiagnostics(update),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(this.item, ...this.listeners).dispose();
  }

  /** Brings the item up to date; while the server is asked, later wishes become one. */
  private async update(): Promise<void> {
    this.wishes++;
    if (this.busy) {
      return;
    }
    this.busy = true;
    const answered = this.wishes;
    await this.show();
    this.busy = false;
    if (this.wishes !== answered) {
      void this.update();
    }
  }

  private async show(): Promise<void> {
    const client = this.life.client;
    if (client === undefined) {
      this.item.text = "$(home) protohome is not running";
      this.item.detail = undefined;
      this.item.severity = vscode.LanguageStatusSeverity.Warning;
      this.item.command = { title: "Restart", command: "protohome.restart" };
      return;
    }
    const at = here();
    if (at === undefined) {
      return;
    }
    let status: Status | null;
    try {
      status = await ask<Status | null>(client, "protohome.status", at.uri, at.position);
    } catch {
      status = null;
    }
    const { text, detail, misplaced } = told(status);
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = misplaced ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.item.command = status ? { title: "Open the map", command: "protohome.mapRow" } : undefined;
  }
}
