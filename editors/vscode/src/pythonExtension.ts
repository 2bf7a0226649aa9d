// The interpreter that the Python extension uses, where that extension is installed.
import * as vscode from "vscode";

/** The part of its API that we use (ms-python.python, `PythonExtension.environments`). */
interface Environments {
  getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
  resolveEnvironment(path: { path: string }): Thenable<{ executable: { uri?: vscode.Uri } } | undefined>;
  onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
}

/** The interpreter chosen for a folder, none where the extension is absent or has chosen none. */
export async function chosenInterpreter(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const environments = await api();
  if (environments === undefined) {
    return undefined;
  }
  try {
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

/** Calls back when another interpreter is chosen. */
export async function whenChosen(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await api())?.onDidChangeActiveEnvironmentPath(changed);
}

async function api(): Promise<Environments | undefined> {
  const extension = vscode.extensions.getExtension<{ environments?: Environments }>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    return (extension.isActive ? extension.exports : await extension.activate()).environments;
  } catch {
    return undefined;
  }
}
