// Versions of Python packages, as far as it takes to say whether one is recent enough.

/** The oldest server that this extension works with: it answers the commands that we ask. */
export const MINIMUM = "0.1.0";

/** The oldest Python that the server runs on. */
export const PYTHON = "3.10";

/** Whether `version` is `minimum` or newer; a pre-release comes before its release (PEP 440). */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, want] = [parts(version), parts(minimum)];
  for (let at = 0; at < Math.max(have.length, want.length); at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return !isPreRelease(version) || isPreRelease(minimum);
}

function parts(version: string): number[] {
  return (/^\s*v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "").split(".").map(Number);
}

function isPreRelease(version: string): boolean {
  return /\d\.?(a|b|rc|dev)\d*/.test(version);
}
