import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';

/** The public half of a key that signs reports, and the private one as it is sealed. */
export interface ReportKey {
  id: string;
  publicKey: Record<string, unknown>;
  sealedPrivateKey: Buffer;
}

/** The keys that sign what a workspace takes away as proof. They are only ever added. */
export class ReportKeyRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Oldest first. */
  async list(): Promise<ReportKey[]> {
    return this.context.manager.query<ReportKey[]>(
      `SELECT id, public_key AS "publicKey", sealed_private_key AS "sealedPrivateKey" FROM report_key
       WHERE workspace_id = $1 ORDER BY created_at, id`,
      [this.context.workspace],
    );
  }

  /** The seal is bound to the id. */
  async insert(make: (id: string) => Omit<ReportKey, 'id'>): Promise<ReportKey> {
    const id = newId('rpk');
    const key = { id, ...make(id) };
    await this.context.manager.query(
      `INSERT INTO report_key (workspace_id, id, public_key, sealed_private_key) VALUES ($1, $2, $3, $4)`,
      [this.context.workspace, id, JSON.stringify(key.publicKey), key.sealedPrivateKey],
    );
    return key;
  }
}
