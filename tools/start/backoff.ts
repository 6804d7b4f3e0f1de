const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** One that lived this long is not counted among the failures before it. */
const STEADY_MS = 60_000;

/** Counts the crashes of one process and says how long to wait before it is started again. */
export class Backoff {
  private failures = 0;

  /** `livedMs`: how long it ran before it ended. */
  next(livedMs: number): number {
    if (livedMs >= STEADY_MS) this.failures = 0;
    return Math.min(FIRST_MS * 2 ** this.failures++, LONGEST_MS);
  }
}
