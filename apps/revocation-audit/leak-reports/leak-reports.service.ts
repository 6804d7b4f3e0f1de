import { Injectable } from '@nestjs/common';
import { requestId } from '#platform';
import {
  AuditRepository,
  Database,
  Directory,
  LeakPolicyRepository,
  LeakReportRepository,
  newId,
  OutboxRepository,
  type LeakAction,
  type Transaction,
} from '#storage';
import { KnownTokensService, type KnownToken } from '../token-lookups/known-tokens.service.js';

/** A token as a partner found it. */
export interface FoundToken {
  token: string;
  place: string;
}

interface Find {
  token: KnownToken;
  place: string;
}

export const leakActor = { type: 'service', id: 'leak-report' } as const;

/** Takes what partners report of tokens in the open, whichever workspaces they belong to. */
@Injectable()
export class LeakReportsService {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly known: KnownTokensService,
  ) {}

  /**
   * Says of each token whether it is ours. Before it answers, every find is stored with its event and what is to be done
   * about it, in one transaction: a report is taken whole or not at all, and what follows survives us.
   */
  async take(source: string, reported: readonly FoundToken[]): Promise<boolean[]> {
    const fingerprints = await this.known.fingerprintsOf(reported.map(({ token }) => token));
    const workspaces = await this.directory.findTokenWorkspaces(fingerprints.all);
    const ours = reported.map(() => false);
    const [first, ...others] = workspaces;
    if (first === undefined) return ours;
    const takeIn = async (tx: Transaction) => {
      const finds: Find[] = [];
      for (const [nth, token] of (await this.known.find(tx, fingerprints)).entries()) {
        if (!token) continue;
        ours[nth] = true;
        finds.push({ token, place: reported[nth]!.place });
      }
      await this.store(tx, source, finds);
    };
    await this.database.inWorkspace(first, async (tx) => {
      await takeIn(tx);
      for (const workspace of others) await tx.inOther(workspace, takeIn);
    });
    return ours;
  }

  private async store(tx: Transaction, source: string, finds: readonly Find[]): Promise<void> {
    const { action: policy } = await tx.get(LeakPolicyRepository).find();
    // In one order, whoever reports them: two reports of the same tokens wait for each other, never in a ring.
    for (const { token, place } of finds.toSorted(byConnection)) {
      const { connectionId, slot, generation, kind } = token;
      // A dead token in an old log is worth knowing, and no reason to end a healthy connection.
      const action = token.alive ? policy : 'notify';
      const report = {
        id: newId('lkr'),
        source,
        connectionId,
        slot,
        generation,
        tokenKind: kind,
        place,
        action,
      };
      if (await tx.get(LeakReportRepository).insert(report)) await this.tell(tx, report, token);
    }
  }

  private async tell(
    tx: Transaction,
    { id, source, place, action }: { id: string; source: string; place: string; action: LeakAction },
    token: KnownToken,
  ): Promise<void> {
    const { connectionId: connection, slot, generation, kind, current, alive } = token;
    const facts = { slot, generation, token_kind: kind, current, alive, source, action };
    await tx.get(AuditRepository).append({
      actor: leakActor,
      action: 'token.leak_reported',
      subject: { type: 'connection', id: connection },
      detail: { report: id, ...facts, place },
      requestId: requestId(),
    });
    await tx.get(OutboxRepository).append({
      subject: connection,
      type: 'token.leak_reported',
      data: {
        connection,
        integration: token.integrationId,
        provider: token.provider,
        end_user: token.endUserId,
        ...facts,
        place: place === '' ? null : place,
      },
    });
  }
}

function byConnection({ token: a, place: x }: Find, { token: b, place: y }: Find): number {
  return orderOf(a, x) < orderOf(b, y) ? -1 : 1;
}

function orderOf({ connectionId, slot, generation, kind }: KnownToken, place: string): string {
  return JSON.stringify([connectionId, slot, generation, kind, place]);
}
