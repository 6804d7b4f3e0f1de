import { createHash } from 'node:crypto';
import { withOwner } from './migrate.js';

export interface FirstWorkspace {
  id: string;
  name: string;
  /** A key with every right, to begin with. */
  apiKey: { id: string; name: string; key: string };
}

/** Makes a workspace and its first API key as the schema's owner; what is there already stays as it is. */
export async function createWorkspace(ownerUrl: string, { id, name, apiKey }: FirstWorkspace): Promise<void> {
  await withOwner(ownerUrl, (source) =>
    source.transaction(async (manager) => {
      await manager.query(`SELECT set_config('evergrant.workspace', $1, true)`, [id]);
      await manager.query(`INSERT INTO workspace (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        id,
        name,
      ]);
      await manager.query(
        `INSERT INTO api_key (workspace_id, id, name, prefix, key_hash, scopes) VALUES ($1, $2, $3, $4, $5, '{admin}')
         ON CONFLICT DO NOTHING`,
        [
          id,
          apiKey.id,
          apiKey.name,
          apiKey.key.slice(0, 12),
          createHash('sha256').update(apiKey.key).digest(),
        ],
      );
    }),
  );
}
