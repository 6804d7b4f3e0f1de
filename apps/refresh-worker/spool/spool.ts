import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const spooledAnswer = z.object({
  workspace: z.string(),
  attempt: z.string(),
  /** Sealed to the attempt, base64. */
  sealed: z.string(),
});
export type SpooledAnswer = z.infer<typeof spooledAnswer>;

const suffix = '.landing';

/** Answers that Postgres could not take, sealed, on a disk of this worker's own; written through before it goes on. */
export class Spool {
  private failing = false;

  /** @throws where the folder cannot be written: a worker that could lose an answer must not start */
  constructor(
    private readonly folder: string,
    private readonly most = 10_000,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const probe = join(folder, 'probe');
    writeFileSync(probe, 'x', { flush: true, mode: 0o600 });
    rmSync(probe);
  }

  /** Whether one more answer would find room. A refresh whose answer might find none is not begun. */
  get hasRoom(): boolean {
    return !this.failing && this.list().length < this.most;
  }

  async write(answer: SpooledAnswer): Promise<void> {
    try {
      await this.writeThrough(answer);
      this.failing = false;
    } catch (error) {
      this.failing = true;
      throw error;
    }
  }

  /** Finds out whether a spool that failed can be written again. */
  async check(): Promise<void> {
    if (!this.failing) return;
    const probe = join(this.folder, 'probe');
    await writeFile(probe, 'x', { flush: true, mode: 0o600 });
    await unlink(probe);
    this.failing = false;
  }

  private async writeThrough(answer: SpooledAnswer): Promise<void> {
    const path = this.pathOf(answer.attempt);
    const file = await open(`${path}.part`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(answer));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    // The name is in the folder, and that must outlive a power cut too.
    const folder = await open(this.folder, 'r');
    await folder.sync().finally(() => folder.close());
  }

  /** Attempts whose answers wait here. */
  list(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length));
  }

  /** Undefined where the file is damaged. */
  async read(attempt: string): Promise<SpooledAnswer | undefined> {
    const text = await readFile(this.pathOf(attempt), 'utf8');
    try {
      return spooledAnswer.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** For a person to look at; it no longer holds up the others. */
  async setAside(attempt: string): Promise<void> {
    await rename(this.pathOf(attempt), `${this.pathOf(attempt)}.damaged`);
  }

  async remove(attempt: string): Promise<void> {
    await unlink(this.pathOf(attempt));
  }

  private pathOf(attempt: string): string {
    return join(this.folder, `${attempt}${suffix}`);
  }
}
