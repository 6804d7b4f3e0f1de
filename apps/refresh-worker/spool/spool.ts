import { mkdirSync, readdirSync } from 'node:fs';
import { open, readFile, rename, unlink } from 'node:fs/promises';
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
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async write(answer: SpooledAnswer): Promise<void> {
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
