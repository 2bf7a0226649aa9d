// The settings as they are now, with the variables in paths replaced.
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";

export type Shown = "error" | "warning" | "information" | "hint" | "off";

export interface Settings {
  readonly enable: boolean;
  readonly path: string;
  readonly interpreter: string;
  readonly importStrategy: "fromEnvironment" | "useBundled";
  readonly checkOn: "type" | "save";
  readonly codeLens: boolean;
  /** By the URI of a folder, the map that is to govern it; only where the setting names one. */
  readonly map: Readonly<Record<string, string>>;
}

/** Settings for the window; of a path that folders set for themselves, the first one given. */
export function settings(): Settings {
  const window = vscode.workspace.getConfiguration("protohome");
  return {
    enable: window.get("enable", true),
    path: first("path"),
    interpreter: first("interpreter"),
    importStrategy: window.get("importStrategy", "fromEnvironment"),
    checkOn: window.get("checkOn", "type"),
    codeLens: window.get("codeLens", true),
    map: maps(),
  };
}

/** How findings in a document are shown. */
export interface Showing {
  readonly severity: Readonly<Record<string, Shown>>;
  readonly inference: boolean;
  readonly showBaselined: boolean;
}

export function showingIn(uri: vscode.Uri): Showing {
  const scoped = vscode.workspace.getConfiguration("protohome", uri);
  return {
    severity: scoped.get("severity", {}),
    inference: scoped.get("inference", true),
    showBaselined: scoped.get("showBaselined", true),
  };
}

/** Those that the server or its client is made from: a change means a new start. */
export const STARTING = [
  "enable",
  "path",
  "interpreter",
  "importStrategy",
  "checkOn",
  "severity",
  "inference",
  "showBaselined",
  "codeLens",
  "map",
].map((name) => `protohome.${name}`);

function maps(): Record<string, string> {
  const named = (vscode.workspace.workspaceFolders ?? []).map((folder) => {
    const value = vscode.workspace.getConfiguration("protohome", folder.uri).get("map", "");
    return [folder.uri.toString(), expanded(value, folder.uri.fsPath)];
  });
  return Object.fromEntries(named.filter(([, path]) => path !== "")) as Record<string, string>;
}

function first(name: "path" | "interpreter"): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const given = folders.map((folder) => {
    const value = vscode.workspace.getConfiguration("protohome", folder.uri).get(name, "");
    return expanded(value, folder.uri.fsPath);
  });
  return given.find((value) => value !== "") ?? "";
}

/** A path with `~`, `${workspaceFolder}` and `${env:NAME}` replaced. */
export function expanded(path: string, folder: string): string {
  return path
    .trim()
    .replace(/^~(?=$|[\\/])/, () => homedir())
    .replace(/\$\{workspaceFolder\}/g, () => folder)
    .replace(/\$\{env:([^}]+)\}/g, (_all, name: string) => process.env[name] ?? "");
}

/** The interpreters of virtual environments in a folder, whether they are there or not. */
export function virtualEnvironments(folder: string): string[] {
  const inner = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return [".venv", "venv"].map((name) => join(folder, name, ...inner));
}
