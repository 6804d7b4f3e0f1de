import type { WorkspaceCipher } from '#vault';
import type { SeededConnection } from './seed-connection.js';
import type { TestDatabase } from './test-database.js';

/** Gives a seeded connection tokens that can be opened. */
export async function seedTokens(
  database: TestDatabase,
  { workspace, connection, slot, generation }: SeededConnection,
  tokens: { cipher: WorkspaceCipher; accessToken: string; refreshToken: string },
): Promise<void> {
  const { cipher, accessToken, refreshToken } = tokens;
  const binding = { connection, slot, generation };
  await database.query(
    `UPDATE token_set SET sealed_access_token = $3, sealed_refresh_token = $4
     WHERE workspace_id = $1 AND connection_id = $2`,
    [
      workspace,
      connection,
      cipher.seal({ ...binding, part: 'access' }, accessToken),
      cipher.seal({ ...binding, part: 'refresh' }, refreshToken),
    ],
  );
}
