import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { newId } from '../new-id.js';
import type { TransactionContext } from '../transaction.js';

/** Who did it. `via` names the service or key that carried a human's request. */
export interface AuditActor {
  type: string;
  id: string;
  name?: string;
  via?: string;
}

/** What happened. `detail` never holds a secret; absent members are left out of the hashed bytes. */
export interface AuditRecord {
  actor: AuditActor;
  action: string;
  subject: { type: string; id: string };
  detail?: Record<string, unknown>;
  requestId?: string;
}

/** The audit log: entries are only ever added, in the transaction of the change that they tell of. */
export class AuditRepository {
  constructor(private readonly context: TransactionContext) {}

  async append(record: AuditRecord): Promise<void> {
    await this.appendAll([record]);
  }

  /** In the order given, with one statement. */
  async appendAll(records: readonly AuditRecord[]): Promise<void> {
    const { manager, workspace } = this.context;
    const rows = records.map((record) => ({ ...record, ...auditRow(workspace, record) }));
    await manager.query(
      `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id, entry, hash)
       SELECT $1, r.* FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[], $9::bytea[], $10::bytea[]) AS r`,
      [
        workspace,
        rows.map(({ id }) => id),
        rows.map(({ at }) => at),
        rows.map(({ actor }) => actor.type),
        rows.map(({ actor }) => actor.id),
        rows.map(({ action }) => action),
        rows.map(({ subject }) => subject.type),
        rows.map(({ subject }) => subject.id),
        rows.map(({ entry }) => entry),
        rows.map(({ hash }) => hash),
      ],
    );
  }
}

/** What is stored of a record: the canonical bytes and their SHA-256. */
export function auditRow(
  workspace: string,
  record: AuditRecord,
): { id: string; at: Date; entry: Buffer; hash: Buffer } {
  const id = newId('aud');
  const at = new Date();
  const entry = canonicalEntry({ id, workspace, at: at.toISOString(), ...record });
  return { id, at, entry, hash: createHash('sha256').update(entry).digest() };
}

/** The bytes that are stored and hashed: RFC 8785 JSON, request id spelled `request_id`. */
function canonicalEntry(value: AuditRecord & { id: string; workspace: string; at: string }): Buffer {
  const { requestId, ...rest } = value;
  const plain = JSON.parse(JSON.stringify({ ...rest, request_id: requestId })) as unknown;
  return Buffer.from(canonicalize(plain) ?? '', 'utf8');
}
