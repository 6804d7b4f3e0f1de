import { Injectable } from '@nestjs/common';
import { backoffMs, type VerificationStep } from '#oauth';
import { Metrics } from '#platform';
import {
  AuditRepository,
  ConnectionRepository,
  Database,
  DatabaseUnavailableError,
  GroupedCalls,
  TellingRepository,
  VerificationRepository,
  type ItemEnd,
  type ItemRetry,
  type RevocationItem,
  type Transaction,
} from '#storage';
import { FinishingService } from './finishing.service.js';
import type { Work } from './item-work.service.js';
import type { Telling } from './items.service.js';
import { applyVerifications, type Outcome } from './verification-outcomes.js';

type Told = { work: Work; telling: Telling };
type Asked = { work: Work; step: VerificationStep };

/** Outlasts the questions that follow: else a second replica would ask meanwhile. */
const verifyWithinMs = 45_000;
/** With the back-off's ceiling, about ten days. */
const mostAttempts = 300;
const longestWaitMs = 3_600_000;
/** Of one transaction; and how many of them at once. */
const maximum = 64;
const concurrency = 2;
const actor = { type: 'service', id: 'revocation-audit' };

/** Writes down what came of items, those that end at the same time together. */
@Injectable()
export class SettlingService {
  private readonly tellings: GroupedCalls<Told, boolean>;
  private readonly verifications: GroupedCalls<Asked, true>;
  private readonly total: ReturnType<Metrics['counter']>;

  constructor(
    private readonly database: Database,
    private readonly finishing: FinishingService,
    metrics: Metrics,
  ) {
    const mayRetryAlone = (error: unknown) => !(error instanceof DatabaseUnavailableError);
    const options = { concurrency, maximum, mayRetryAlone };
    this.tellings = new GroupedCalls((told) => this.settleTold(told), options);
    this.verifications = new GroupedCalls((asked) => this.settleAsked(asked), options);
    this.total = metrics.counter({
      name: 'evergrant_revocation_total',
      help: 'What came of telling providers',
      labelNames: ['provider', 'outcome'],
    });
  }

  /** True where it is to be verified now, by whoever told. */
  async told(work: Work, telling: Telling): Promise<boolean> {
    const isToVerify = (await this.tellings.call({ work, telling })) ?? false;
    this.total.inc({
      provider: work.connection.provider,
      outcome: 'end' in telling ? telling.end.state : 'retry',
    });
    return isToVerify;
  }

  async asked(work: Work, step: VerificationStep): Promise<void> {
    await this.verifications.call({ work, step });
  }

  /** Items whose connection was erased, and their tokens with it. */
  async giveUp(workspace: string, items: readonly RevocationItem[]): Promise<void> {
    const end = { state: 'failed', error: 'connection_erased', httpStatus: null, revoked: [] } as const;
    const [pending, told] = [true, false].map((isPending) =>
      items.filter(({ state }) => (state === 'pending') === isPending),
    );
    await this.database.inWorkspace(workspace, async (tx) => {
      await tx.get(TellingRepository).endAll(
        pending!.map((claim) => ({ claim, ...end })),
        verifyWithinMs,
      );
      for (const item of told!) await tx.get(VerificationRepository).giveUp(item, end.error);
    });
  }

  private async settleTold(told: readonly Told[]): Promise<boolean[]> {
    const toVerify = new Set<Work>();
    for (const [workspace, own] of Map.groupBy(told, ({ work }) => work.workspace))
      for (const work of await this.database.inWorkspace(workspace, (tx) => this.settleTellings(tx, own)))
        toVerify.add(work);
    return told.map(({ work }) => toVerify.has(work));
  }

  /** Connections first: whoever ends an item must see which others of its connection are ended. */
  private async settleTellings(tx: Transaction, told: readonly Told[]): Promise<Work[]> {
    const tellings = tx.get(TellingRepository);
    const rows = told.map(({ work, telling }) => ({ work, row: rowOf(work, telling) }));
    const ending = rows.filter(({ row }) => 'state' in row && row.state !== 'revoked');
    const locked = await lock(
      tx,
      ending.map(({ work }) => work),
    );
    await tellings.retryAll(rows.flatMap(({ row }) => ('inMs' in row ? [row] : [])));
    const ended = await tellings.endAll(
      rows.flatMap(({ row }) => ('state' in row ? [row] : [])),
      verifyWithinMs,
    );
    await this.finishing.finishAll(
      tx,
      ending.flatMap(({ work: { item, connection } }) => {
        const held = ended.has(item.id) ? locked.get(connection.id) : undefined;
        return held ? [{ revocationId: item.revocationId, connection: held }] : [];
      }),
    );
    return rows.flatMap(({ work, row }) =>
      'state' in row && row.state === 'revoked' && ended.has(work.item.id) ? [work] : [],
    );
  }

  private async settleAsked(asked: readonly Asked[]): Promise<true[]> {
    for (const [workspace, own] of Map.groupBy(asked, ({ work }) => work.workspace))
      await this.database.inWorkspace(workspace, (tx) => this.settleVerifications(tx, own));
    return asked.map(() => true);
  }

  private async settleVerifications(tx: Transaction, asked: readonly Asked[]): Promise<void> {
    const locked = await lock(
      tx,
      asked.map(({ work }) => work),
    );
    const outcomes = await applyVerifications(tx, asked);
    if (outcomes.length === 0) return;
    await tx.get(AuditRepository).appendAll(outcomes.map(auditOf));
    await this.finishing.finishAll(
      tx,
      outcomes.flatMap(({ item, ended }) => {
        const connection = ended ? locked.get(item.connectionId) : undefined;
        return connection ? [{ revocationId: item.revocationId, connection }] : [];
      }),
    );
  }
}

async function lock(tx: Transaction, works: readonly Work[]) {
  if (works.length === 0) return new Map<string, never>();
  const ids = [...new Set(works.map(({ connection }) => connection.id))];
  const locked = await tx.get(ConnectionRepository).lockAll(ids);
  return new Map(locked.map((connection) => [connection.id, connection]));
}

function rowOf({ item }: Work, telling: Telling): ItemEnd | ItemRetry {
  const { revoked } = telling;
  if ('end' in telling) return { claim: item, revoked, ...telling.end };
  const { error, httpStatus, afterMs, unasked = false } = telling.retry;
  const told = { claim: item, revoked, error, httpStatus };
  if (!unasked && item.attempts >= mostAttempts) return { ...told, state: 'failed' };
  const inMs = backoffMs({
    failures: item.attempts,
    random: Math.random(),
    retryAfterMs: afterMs,
    maxMs: longestWaitMs,
  });
  return { ...told, inMs, uncounted: unasked };
}

const auditOf = ({ item, action, detail }: Outcome) => ({
  actor,
  action: `revocation.${action}`,
  subject: { type: 'connection', id: item.connectionId },
  detail: { revocation: item.revocationId, item: item.id, slot: item.slot, ...detail },
});
