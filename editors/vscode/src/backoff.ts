// When a server that crashed is started again.

/** Crashes that long ago, in milliseconds, are forgiven. */
export const WINDOW = 180_000;

/** What to wait before each new start, in milliseconds; one more crash within the window is the last. */
export const DELAYS: readonly number[] = [0, 1_000, 2_000, 4_000];

/** The crashes to remember after one at `now`, and what to wait; undefined to give up. */
export function crashed(crashes: readonly number[], now: number): [number[], number | undefined] {
  const recent = [...crashes.filter((at) => now - at < WINDOW), now];
  return [recent, DELAYS[recent.length - 1]];
}
