import { readFileSync, statSync } from 'node:fs';

const lookAgainAfterMs = 1_000;

/** A JSON file of keys that is read again soon after it changed, so that keys can be rotated under running services. */
export class KeySetFile<T> {
  private value: T;
  private modifiedMs: number;
  private lookedAt = Date.now();

  /** @throws where it cannot be read or parsed now; later the last good content stays. */
  constructor(
    private readonly path: string,
    private readonly parse: (content: unknown) => T,
  ) {
    this.modifiedMs = statSync(path).mtimeMs;
    this.value = this.read();
  }

  get(): T {
    const now = Date.now();
    if (now - this.lookedAt >= lookAgainAfterMs) {
      this.lookedAt = now;
      this.lookAgain();
    }
    return this.value;
  }

  private lookAgain(): void {
    try {
      const { mtimeMs } = statSync(this.path);
      if (mtimeMs === this.modifiedMs) return;
      this.value = this.read();
      this.modifiedMs = mtimeMs;
    } catch {
      // Half written, or gone for a moment: what was read before stays good until it can be read again.
    }
  }

  private read(): T {
    return this.parse(JSON.parse(readFileSync(this.path, 'utf8')));
  }
}
