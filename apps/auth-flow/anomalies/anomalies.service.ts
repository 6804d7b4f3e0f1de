import { Injectable } from '@nestjs/common';
import {
  AnomalyRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  OutboxRepository,
  pauseConnection,
  ReadAttribution,
  ReadMinuteRepository,
  type AnomalyAction,
  type AnomalyFinding,
  type Transaction,
} from '#storage';
import { anomalyLimits, judgeMinute } from './anomaly-rules.js';

const workspacesAtOnce = 100;
/** Of one workspace in one transaction; the rest waits for the next. */
const minutesAtOnce = 10;
const freezesAtOnce = 50;
const actor = { type: 'service', id: 'anomaly' };

/** Judges what was read, minute by minute, and does what the workspace says is to be done about it. */
@Injectable()
export class AnomaliesService {
  constructor(
    private readonly database: Database,
    private readonly attribution: ReadAttribution,
  ) {}

  /** Every workspace with minutes that all replicas have written and nobody has judged. */
  async judgeDue(): Promise<void> {
    for (const { workspace, until } of await this.attribution.listUnjudged(workspacesAtOnce)) {
      await this.judge(workspace, until);
      while (await this.freezeSome(workspace));
    }
  }

  /** All in one transaction, under the lock of the workspace's place: a minute is judged once, whoever dies. */
  private async judge(workspace: string, until: Date): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const anomalies = tx.get(AnomalyRepository);
      const watch = await anomalies.takeWatch();
      if (!watch || watch.judgedUntil >= until) return;
      const minutes = await tx.get(ReadMinuteRepository).list(watch.judgedUntil, until, minutesAtOnce);
      for (const minute of minutes) await this.judgeMinute(tx, minute, watch.since);
      const last = minutes.length === minutesAtOnce ? minutes.at(-1) : undefined;
      await anomalies.advance(last ? new Date(last.getTime() + 60_000) : until);
    });
  }

  private async judgeMinute(tx: Transaction, minute: Date, since: Date): Promise<void> {
    const { bulkConnections: many, spikeFloor: often } = anomalyLimits;
    const facts = await tx.get(ReadMinuteRepository).facts(minute, { many, often });
    const findings = judgeMinute(facts, minute.getTime() - since.getTime());
    if (findings.length === 0) return;
    const anomalies = tx.get(AnomalyRepository);
    const policy = await anomalies.policy();
    for (const finding of findings) {
      if (!(await anomalies.insert(finding))) continue;
      const action = policy.get(finding.rule) ?? 'notify';
      await tell(tx, finding, minute, action);
      if (action === 'freeze') await anomalies.planFreeze(finding, minute);
    }
  }

  /** False where none is left, or another replica is at it. Frozen is paused: the grant stays, and people resume it. */
  private async freezeSome(workspace: string): Promise<boolean> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const anomalies = tx.get(AnomalyRepository);
      if (!(await anomalies.takeWatch())) return false;
      const planned = await anomalies.takeFreezes(freezesAtOnce);
      for (const { connection: id, rule } of planned) {
        const connection = await tx.get(ConnectionRepository).lock(id);
        if (!connection) continue;
        await pauseConnection(tx, connection, { actor, reason: { code: 'anomaly', detail: rule } });
      }
      return planned.length > 0;
    });
  }
}

async function tell(
  tx: Transaction,
  { rule, connection, caller, network, count }: AnomalyFinding,
  minute: Date,
  action: AnomalyAction,
): Promise<void> {
  const type = 'connection.anomaly_detected';
  const data = { rule, connection, caller, network, count, minute: minute.toISOString(), action };
  await tx.get(OutboxRepository).append({ subject: connection ?? caller.id, type, data });
  const subject =
    connection === null ? { type: caller.type, id: caller.id } : { type: 'connection', id: connection };
  await tx.get(AuditRepository).append({ actor, action: type, subject, detail: data });
}
