// Short texts about what the server answers.
import type { Status, Total } from "./answers";

/** What the status item says of an answer; null is for a document that no map governs. */
export function told(status: Status | null): { text: string; detail: string; misplaced: boolean } {
  if (status === null) {
    return { text: "$(home) no package map", detail: "protohome is not about this file", misplaced: false };
  }
  const name = status.contract.slice(status.contract.lastIndexOf(".") + 1);
  const home = status.home || "no home known";
  const text = name ? `$(home) ${name}: ${home}` : `$(home) ${home}`;
  const counts = [
    counted(status.counts.error, "error"),
    counted(status.counts.warning, "warning"),
    status.counts.information > 0 ? `${status.counts.information} for information` : "",
  ].filter((part) => part !== "");
  const lane = status.owner ? [status.owner] : [];
  const detail = [...lane, counts.length > 0 ? counts.join(", ") : "nothing wrong here"].join(" · ");
  return { text, detail, misplaced: status.misplaced };
}

/** What a check of the whole workspace found. */
export function summary(total: Total): string {
  const checked = `${counted(total.contracts, "contract") || "0 contracts"} in ${counted(total.files, "file") || "0 files"}`;
  const found = [counted(total.errors, "error"), counted(total.warnings, "warning")].filter((part) => part !== "");
  return `protohome: ${checked}, ${found.length > 0 ? found.join(" and ") : "nothing wrong"}.`;
}

/** A number with what it counts, empty for none. */
function counted(number: number, what: string): string {
  return number === 0 ? "" : `${number} ${what}${number === 1 ? "" : "s"}`;
}
