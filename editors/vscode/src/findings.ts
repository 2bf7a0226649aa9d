// How findings are shown: the severities and the switch of the settings, applied to diagnostics.
import type { Showing, Shown } from "./settings";

/** The part of a diagnostic that we look at; VS Code's severities are 0 (error) to 3 (hint). */
export interface Finding {
  severity: number;
  code?: unknown;
  data?: unknown;
}

const SEVERITIES: Record<Exclude<Shown, "off">, number> = { error: 0, warning: 1, information: 2, hint: 3 };

/** The findings that are shown, with the severities wished for. */
export function shown<T extends Finding>(findings: readonly T[], wishes: Showing): T[] {
  return findings.filter((finding) => {
    const wish = wishes.severity[rule(finding)];
    const { verdict, baselined } = facts(finding);
    if (wish === "off" || (!wishes.inference && verdict === "inferred")) {
      return false;
    }
    if (baselined === true) {
      return wishes.showBaselined;
    }
    if (wish !== undefined) {
      finding.severity = SEVERITIES[wish];
    }
    return true;
  });
}

/** The rule's id; a code with a link to its page is an object. */
export function rule(finding: Finding): string {
  const code = finding.code;
  const value = typeof code === "object" && code !== null && "value" in code ? code.value : code;
  return typeof value === "string" ? value : "";
}

/** What the server says of a finding beside what the protocol knows. */
function facts(finding: Finding): { verdict?: unknown; baselined?: unknown } {
  return typeof finding.data === "object" && finding.data !== null ? finding.data : {};
}
