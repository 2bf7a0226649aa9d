// What there is on the machine: programs on the PATH, and what they say.
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, relative } from "node:path";
import type { Machine } from "./finding";

/** A program that has not told its version by then, in milliseconds, is left alone: shims may hang. */
const PATIENCE = 15_000;

/** This machine. Programs below one of `without` are not found: those of an untrusted workspace. */
export function thisMachine(without: readonly string[]): Machine {
  return {
    onPath: (name) => onPath(name, process.env, without),
    output: (command, args, folder) =>
      new Promise((resolve) => {
        const options = { cwd: folder, timeout: PATIENCE, windowsHide: true };
        const child = execFile(command, [...args], options, (error, stdout) => {
          resolve(error ? undefined : stdout);
        });
        child.stdin?.end();
      }),
  };
}

/** All programs of that name in the absolute folders of the PATH, in order. */
export function onPath(name: string, environment: NodeJS.ProcessEnv, without: readonly string[] = []): string[] {
  const endings = process.platform === "win32" ? (environment.PATHEXT ?? ".EXE;.CMD;.BAT").split(";") : [""];
  const folders = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  const candidates = folders
    .filter((folder) => isAbsolute(folder) && !without.some((each) => isBelow(folder, each)))
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return [...new Set(candidates)].filter(isProgram);
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !isAbsolute(way);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
