import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RefreshQueue, RefreshSignal, type RefreshEnded } from '#events';
import { refreshableStates, type ConnectionState } from '#oauth';
import { Metrics, Problem, requestId } from '#platform';
import { Database, SlotRepository, type ReadableToken } from '#storage';
import type { StoredToken } from './read-token.js';
import { TokenLookupService } from './token-lookup.service.js';

/** How a wait for a refresh ended. The row is read again after it: nothing of this decides what is served. */
export type WaitEnd =
  { how: 'ended'; ended: RefreshEnded } | { how: 'seen' } | { how: 'no-queue' } | { how: 'timed-out' };

const patienceMs = 35_000;
/** Signals may be lost; Postgres is asked this often besides. */
const lookEveryMs = 500;

/** Refreshes that a caller waits for: asked of the worker, shared by all who wait for the same generation. */
@Injectable()
export class OnDemandRefreshesService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(OnDemandRefreshesService.name);
  private readonly waits = new Map<string, Promise<WaitEnd>>();
  private readonly waiting = new Map<string, (ended: RefreshEnded) => void>();
  private readonly duration: ReturnType<Metrics['histogram']>;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly queue: RefreshQueue,
    private readonly signal: RefreshSignal,
    private readonly database: Database,
    private readonly lookup: TokenLookupService,
    metrics: Metrics,
  ) {
    this.duration = metrics.histogram({
      name: 'evergrant_refresh_wait_seconds',
      help: 'How long readers waited for a refresh, by how the wait ended',
      labelNames: ['end'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40],
    });
  }

  /** Listens from the start on: a subscription made for the first waiter could miss his signal. */
  onModuleInit(): void {
    this.stopListening = this.signal.listen((ended) => {
      if (ended.outcome !== 'busy')
        this.waiting.get(keyOf(ended.connection, ended.slot, ended.generation))?.(ended);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.queue.close();
  }

  /** Asks for a refresh of this generation and waits until it ended, one way or another. */
  async wait(workspace: string, row: StoredToken): Promise<WaitEnd> {
    const key = keyOf(row.connectionId, row.slot, row.generation);
    const shared = this.waits.get(key);
    if (shared) return shared;
    const wait = this.refresh(workspace, row).finally(() => this.waits.delete(key));
    this.waits.set(key, wait);
    return wait;
  }

  private async refresh(workspace: string, row: StoredToken): Promise<WaitEnd> {
    const key = keyOf(row.connectionId, row.slot, row.generation);
    const observe = this.duration.startTimer();
    const stop = new AbortController();
    const signalled = new Promise<WaitEnd>((resolve) => {
      this.waiting.set(key, (ended) => resolve({ how: 'ended', ended }));
    });
    let end: WaitEnd = { how: 'no-queue' };
    try {
      if (await this.ask(workspace, row))
        end = await Promise.race([signalled, this.look(workspace, row, stop.signal)]);
      return end;
    } finally {
      stop.abort();
      this.waiting.delete(key);
      observe({ end: end.how });
    }
  }

  /** False where there is no queue: the slot is then due at once, for when there is one again. */
  private async ask(workspace: string, row: StoredToken): Promise<boolean> {
    const { connectionId: connection, slot, slotId, generation } = row;
    try {
      const job = { workspace, connection, slot, generation, request_id: requestId() };
      await this.queue.addOnDemand(slotId, job);
      return true;
    } catch (error) {
      this.logger.warn({ err: error, connection }, 'a refresh could not be asked for');
      await this.database.inWorkspace(workspace, (tx) =>
        tx.get(SlotRepository).schedule(connection, slot, 0),
      );
      return false;
    }
  }

  /** Watches the row until it changed for good. */
  private async look(workspace: string, row: StoredToken, stop: AbortSignal): Promise<WaitEnd> {
    const until = performance.now() + patienceMs;
    while (performance.now() < until && !stop.aborted) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      if (stop.aborted) break;
      const rows = await this.lookup.find(workspace, row.connectionId);
      const now = rows.find(({ slot }) => slot === row.slot);
      if (!now || hasMoved(now, row)) return { how: 'seen' };
    }
    return { how: 'timed-out' };
  }
}

function hasMoved(now: ReadableToken, before: StoredToken): boolean {
  return now.generation !== before.generation || !refreshableStates.includes(now.state as ConnectionState);
}

function keyOf(connection: string, slot: string, generation: number): string {
  return `${connection} ${slot} ${generation}`;
}

/** What a failed wait is told as, where there is nothing that could be served instead. */
export function waitProblem(end: WaitEnd): Problem | undefined {
  if (end.how === 'timed-out')
    return new Problem('refresh-timed-out', 'The provider has not answered yet; renewal goes on.', {
      retryAfterSeconds: 5,
    });
  if (end.how === 'no-queue')
    return new Problem('service-unavailable', 'Renewal cannot be asked for at the moment.', {
      retryAfterSeconds: 2,
    });
  if (end.how !== 'ended' || end.ended.outcome !== 'failed') return undefined;
  const { failure_class: failureClass, error_code: code, retry_after_ms: retryMs } = end.ended;
  const extra = {
    retryAfterSeconds: Math.max(1, (retryMs ?? 5_000) / 1_000),
    ...(code !== undefined && { members: { provider_code: code } }),
  };
  if (failureClass === 'THROTTLED')
    return new Problem('rate-limited', 'The provider asks us to wait.', extra);
  if (failureClass === 'PROTOCOL')
    return new Problem('provider-error', 'The provider answered what nobody understands.', extra);
  return undefined;
}
