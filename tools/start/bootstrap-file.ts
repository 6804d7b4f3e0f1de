import { z } from 'zod';
import { readJson, writePrivately, type DataDirectory } from './data-directory.js';
import { StartError } from './start-error.js';

const Bootstrap = z.object({
  public_url: z.string(),
  sandbox_url: z.string(),
  sandbox_admin_url: z.string(),
  workspace: z.string(),
  api_key: z.string(),
  admin: z.object({ email: z.string(), password: z.string() }),
  sandbox_user: z.object({ login: z.string(), password: z.string() }),
  /** Null until the first start came to its end. */
  integration: z.string().nullable(),
});
export type Bootstrap = z.infer<typeof Bootstrap>;

/** What an earlier start wrote; throws where the file is damaged. */
export function readBootstrap(data: DataDirectory): Bootstrap | undefined {
  try {
    const kept = readJson(data.bootstrapFile);
    return kept === undefined ? undefined : Bootstrap.parse(kept);
  } catch {
    throw new StartError(
      `${data.bootstrapFile} is damaged. Restore it, or delete it: the next start then makes a new workspace and key.`,
    );
  }
}

/** Whole or not at all, for us alone. */
export function writeBootstrap(data: DataDirectory, document: Bootstrap): void {
  writePrivately(data.bootstrapFile, `${JSON.stringify(Bootstrap.parse(document), null, 2)}\n`);
}
