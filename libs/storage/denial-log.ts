import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { DeniedAccesses, type DeniedAccess } from './denied-accesses.js';
import { AuditRepository, type AuditActor } from './repositories/audit.repository.js';

/** A refused attempt; with `caller` an authenticated one. */
export interface RefusedAttempt {
  address: string;
  /** Method and route pattern. */
  route: string;
  reason: string;
  caller?: { workspace: string; actor: AuditActor };
  requestId?: string;
}

const flushEveryMs = 2_000;
const maximumAddresses = 5_000;

const repeatsForMs = 60_000;

interface Repeats {
  attempt: RefusedAttempt;
  caller: NonNullable<RefusedAttempt['caller']>;
  count: number;
}

/**
 * Refused attempts. A known caller's is an audit entry of its workspace, and its repetitions within a minute are one
 * more that counts them; attempts of nobody known are counted per address and minute. So neither can drown the log.
 */
@Injectable()
export class DenialLog implements OnApplicationShutdown {
  private readonly logger = new Logger(DenialLog.name);
  private readonly counts = new Map<string, DeniedAccess>();
  private readonly entries = new Set<Promise<void>>();
  private readonly repeats = new Map<string, Repeats>();
  private timer: NodeJS.Timeout | undefined;

  private readonly denied: DeniedAccesses;

  constructor(private readonly database: Database) {
    this.denied = new DeniedAccesses(database);
  }

  record(attempt: RefusedAttempt): void {
    if (attempt.caller) this.enterOnce(attempt, attempt.caller);
    else this.count(attempt);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    for (const key of this.repeats.keys()) this.enterRepeats(key);
    await this.flush();
    await Promise.all(this.entries);
  }

  private count({ address, reason }: RefusedAttempt): void {
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    // Beyond that many addresses they share one row: the count stays true, the table stays small.
    const counted = this.counts.size < maximumAddresses ? address : 'others';
    const id = `${minute.getTime()} ${counted} ${reason}`;
    const row = this.counts.get(id) ?? { minute, address: counted, reason, count: 0 };
    row.count += 1;
    this.counts.set(id, row);
    this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const rows = [...this.counts.values()];
    this.counts.clear();
    try {
      await this.denied.add(rows);
    } catch (error) {
      this.logger.warn({ err: error, rows: rows.length }, 'refused attempts wait for the database');
      for (const row of rows) this.merge(row);
      this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
    }
  }

  private merge(row: DeniedAccess): void {
    const id = `${row.minute.getTime()} ${row.address} ${row.reason}`;
    const known = this.counts.get(id);
    if (known) known.count += row.count;
    else this.counts.set(id, row);
  }

  private enterOnce(attempt: RefusedAttempt, caller: Repeats['caller']): void {
    const key = [caller.workspace, caller.actor.id, attempt.route, attempt.reason, attempt.address].join(' ');
    const known = this.repeats.get(key);
    if (known) {
      known.count += 1;
      return;
    }
    this.repeats.set(key, { attempt, caller, count: 0 });
    setTimeout(() => this.enterRepeats(key), repeatsForMs).unref();
    this.enter(attempt, caller, 1);
  }

  private enterRepeats(key: string): void {
    const repeats = this.repeats.get(key);
    this.repeats.delete(key);
    if (repeats && repeats.count > 0) this.enter(repeats.attempt, repeats.caller, repeats.count);
  }

  private enter(
    { address, route, reason, requestId }: RefusedAttempt,
    { workspace, actor }: Repeats['caller'],
    count: number,
  ): void {
    const entry = this.database
      .inWorkspace(workspace, (tx) =>
        tx.get(AuditRepository).append({
          actor,
          action: 'access.denied',
          subject: { type: 'route', id: route },
          detail: { reason, address, ...(count > 1 && { count }) },
          requestId,
        }),
      )
      .catch((error: unknown) =>
        this.logger.error({ err: error, reason }, 'a refused attempt was not recorded'),
      )
      .finally(() => this.entries.delete(entry));
    this.entries.add(entry);
  }
}
