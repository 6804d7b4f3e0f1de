import { Injectable } from '@nestjs/common';
import { Problem, type Caller } from '#platform';
import {
  ApprovalRepository,
  Database,
  RevocationJobRepository,
  RevocationRepository,
  type Revocation,
  type RevocationItem,
  type RevocationListFilter,
  type RevocationItemState,
  type Transaction,
} from '#storage';
import type { ShownRevocation } from './revocation.view.js';

/** Revocations as they are shown: with their items, targets and approval. */
@Injectable()
export class ShownRevocationsService {
  constructor(private readonly database: Database) {}

  async find({ workspace }: Pick<Caller, 'workspace'>, id: string): Promise<ShownRevocation> {
    return this.database.inWorkspace(workspace, (tx) => findShown(tx, id));
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, filter: RevocationListFilter): Promise<ShownRevocation[]> {
    return this.database.inWorkspace(workspace, async (tx) =>
      shown(tx, await tx.get(RevocationRepository).list(limit + 1, filter)),
    );
  }

  /** One more than `limit`, where there is one. */
  async listItems(
    { workspace }: Caller,
    id: string,
    limit: number,
    filter: { after?: string; state?: RevocationItemState },
  ): Promise<RevocationItem[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const revocations = tx.get(RevocationRepository);
      if (!(await revocations.find(id))) throw notFound(id);
      return revocations.listItems(id, limit + 1, filter);
    });
  }
}

export function notFound(id: string): Problem {
  return new Problem('revocation-not-found', `There is no revocation ${id} in this workspace.`);
}

/** As this transaction sees it. @throws Problem `revocation-not-found` */
export async function findShown(tx: Transaction, id: string): Promise<ShownRevocation> {
  const revocation = await tx.get(RevocationRepository).find(id);
  if (!revocation) throw notFound(id);
  return (await shown(tx, [revocation]))[0]!;
}

async function shown(tx: Transaction, revocations: readonly Revocation[]): Promise<ShownRevocation[]> {
  const ids = revocations.map(({ id }) => id);
  const counts = await tx.get(RevocationRepository).countItems(ids);
  const ofMany = revocations.filter(({ connectionId }) => connectionId === null).map(({ id }) => id);
  const targets =
    ofMany.length > 0 ? await tx.get(RevocationJobRepository).countTargets(ofMany) : new Map<string, never>();
  const rows: ShownRevocation[] = [];
  for (const revocation of revocations) {
    const { id, approvalId } = revocation;
    const approval = approvalId === null ? undefined : await tx.get(ApprovalRepository).find(approvalId);
    rows.push({ revocation, counts: counts.get(id), targets: targets.get(id), approval });
  }
  return rows;
}
