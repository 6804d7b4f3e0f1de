import { Injectable, Logger } from '@nestjs/common';
import { RevocationQueue } from '#events';
import { backoffMs, phaseOf, refreshTiming, type Failure, type RawAnswer } from '#oauth';
import type { RefreshTarget } from '#refresh';
import {
  AttemptRepository,
  AuditRepository,
  ConnectionRepository,
  Database,
  LandingRepository,
  newId,
  ProbeRepository,
  type ClaimedProbe,
  type ProbeAnswer,
  type RefreshAttemptState,
} from '#storage';
import { GateService } from '../gate/gate.service.js';
import { EngineService } from '../refreshing/engine.service.js';
import { workerActor } from '../refreshing/promotions.service.js';
import type { Attempt, RefreshFacts } from '../refreshing/refresh-facts.js';
import { RefreshStoreService } from '../refreshing/refresh-store.service.js';
import { TokenEndpointService } from '../refreshing/token-endpoint.service.js';
import { WorkerIdentity } from '../refreshing/worker-identity.js';

/** To load and to be admitted. */
const claimMs = 15_000;
/** Beyond the request's own deadline, to land and to write down. */
const afterwardsMs = 15_000;
const longestWaitMs = 3_600_000;
/** Asked for and tried, together: with the back-off's ceiling, about a day. */
const mostTries = 45;

interface Probe {
  workspace: string;
  claimed: ClaimedProbe;
}

type Spendable = RefreshFacts & { renewal: NonNullable<RefreshFacts['renewal']> };
type Learned = { probe: ProbeAnswer } | { againInMs: number };

/**
 * Tries refresh tokens of revoked connections: each must be refused. The attempt is committed before the wire like any
 * other, and can never be promoted: what it brings is landed, ends as an orphan, and is revoked at the provider.
 */
@Injectable()
export class ProbesService {
  private readonly logger = new Logger(ProbesService.name);

  constructor(
    private readonly database: Database,
    private readonly store: RefreshStoreService,
    private readonly endpoint: TokenEndpointService,
    private readonly engine: EngineService,
    private readonly gate: GateService,
    private readonly worker: WorkerIdentity,
    private readonly queue: RevocationQueue,
  ) {}

  /** What it came to; undefined where another worker has it. */
  async probe(workspace: string, item: string): Promise<string | undefined> {
    const claimed = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(ProbeRepository).claim(item, claimMs),
    );
    if (!claimed) return undefined;
    const probe = { workspace, claimed };
    // The worker that got them died before it could say so.
    if (claimed.granted) return this.tell(probe, { probe: 'alive' });
    if (claimed.attempts > mostTries) return this.tell(probe, { probe: 'unanswerable' });
    const { connectionId: connection, slot, generation } = claimed;
    const target = { workspace, connection, slot, generation };
    const facts = await this.store.load(target);
    if (!facts || !isSpendable(facts, target) || (await this.mayTouchAnother(target, facts)))
      return this.tell(probe, { probe: 'unanswerable' });
    const admission = await this.gate.admit(target, facts, false);
    if ('refusal' in admission)
      return this.tell(probe, { againInMs: admission.refusal.retryAfterMs ?? claimMs });
    try {
      return await this.spend(probe, target, facts);
    } finally {
      // It says nothing of how the provider is: nobody is to count refusals that were wanted.
      admission.release(undefined);
    }
  }

  /** Where all grants of a user are one, a spent token might end those that the user gave since. */
  private async mayTouchAnother({ workspace, connection: id }: RefreshTarget, facts: RefreshFacts) {
    if (facts.provider?.revocation?.reach !== 'user_grants') return false;
    return this.database.inWorkspace(workspace, async (tx) => {
      const connections = tx.get(ConnectionRepository);
      const connection = await connections.find(id);
      return !connection || connections.hasOtherGrant(connection);
    });
  }

  private async spend(probe: Probe, target: RefreshTarget, facts: Spendable): Promise<string | undefined> {
    const timing = refreshTiming(facts.renewal.rotation);
    const leaseMs = timing.deadlineMs + afterwardsMs;
    const begunAt = performance.now();
    const id = newId('att');
    const { workspace, claimed } = probe;
    const intent = { attempt: id, worker: this.worker.id, leaseMs, deadlineMs: timing.deadlineMs };
    const begun = await this.database.inWorkspace(workspace, (tx) =>
      tx.get(ProbeRepository).begin(claimed, intent),
    );
    if (!begun) return undefined;
    const attempt: Attempt = {
      ...{ ...target, id, facts, timing, begunAt, olderByMs: 0, afterAmbiguity: false },
      // No slot ever has it: whatever would judge the connection by this attempt finds that it lost the race.
      fence: -1,
    };
    let raw: RawAnswer;
    try {
      raw = await this.endpoint.send(attempt, () => performance.now() - begunAt < afterwardsMs / 2);
    } catch (error) {
      const state = phaseOf(error) === 'ambiguous' ? 'ambiguous' : 'not_sent';
      return this.endWithout(probe, attempt, state);
    }
    return this.receive(probe, attempt, raw);
  }

  /** Landed before anybody looks at it, as any good answer is. */
  private async receive(probe: Probe, attempt: Attempt, raw: RawAnswer): Promise<string> {
    const good = raw.status >= 200 && raw.status < 300;
    if (good) await this.engine.receive(attempt, raw);
    const read = this.endpoint.read(attempt, raw);
    if (read.kind !== 'failure') return this.tell(probe, { probe: 'alive' }, attempt.id);
    const { failure } = read;
    await this.database.inWorkspace(probe.workspace, async (tx) => {
      // An error in a 2xx holds no token; what nobody understands may.
      if (good && failure.class === 'PROTOCOL')
        await tx.get(LandingRepository).mark(attempt.id, 'quarantined');
      else if (good) await tx.get(LandingRepository).delete(attempt.id);
      await tx.get(AttemptRepository).close(attempt.id, {
        ...{ state: 'failed', failureClass: failure.class, errorCode: failure.code },
        httpStatus: failure.httpStatus,
      });
    });
    return this.tell(probe, this.learnedFrom(probe, attempt, failure), attempt.id);
  }

  private learnedFrom({ claimed }: Probe, attempt: Attempt, failure: Failure): Learned {
    const doubted = this.gate.isRefusingEverybody(attempt);
    if (failure.class === 'REAUTHORIZE' && !doubted) {
      // Refused, perhaps because an earlier probe spent it: only a known rotation says that its family died with it.
      const unsure = claimed.maybeSpent && attempt.facts.provider!.rotation.mode === 'unknown';
      return { probe: unsure ? 'unanswerable' : 'dead' };
    }
    return { againInMs: waitMs(claimed, failure.retryAfterMs) };
  }

  private async endWithout(
    probe: Probe,
    { id }: Attempt,
    state: Extract<RefreshAttemptState, 'ambiguous' | 'not_sent'>,
  ): Promise<string> {
    await this.database.inWorkspace(probe.workspace, async (tx) => {
      const attempts = tx.get(AttemptRepository);
      // Open, so that the resolver looks whether its answer turned up after all.
      if (state === 'ambiguous') await attempts.leaveOpen(id, { state, resolveInMs: 0 });
      else await attempts.close(id, { state });
    });
    return this.tell(probe, { againInMs: waitMs(probe.claimed) });
  }

  private async tell(probe: Probe, learned: Learned, attempt?: string): Promise<string> {
    const told = await this.record(probe, learned, attempt);
    if ('probe' in learned) this.wake(probe);
    return told;
  }

  /** Only a hint: whoever wanted to know finds the answer in Postgres. */
  private wake({ workspace, claimed: { id, attempts } }: Probe): void {
    this.queue
      .wake({ id: `${id}-probed`, attempts }, { workspace, item: id })
      .catch((error: unknown) => this.logger.debug({ err: error }, 'the queue was not woken'));
  }

  private async record({ workspace, claimed }: Probe, learned: Learned, attempt?: string): Promise<string> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const probes = tx.get(ProbeRepository);
      if ('againInMs' in learned) {
        await probes.postpone(claimed, learned.againInMs);
        return 'postponed';
      }
      await probes.answer(claimed, learned.probe);
      await tx.get(AuditRepository).append({
        actor: workerActor,
        action: 'revocation.probed',
        subject: { type: 'connection', id: claimed.connectionId },
        detail: { item: claimed.id, slot: claimed.slot, found: learned.probe, ...(attempt && { attempt }) },
      });
      return learned.probe;
    });
  }
}

/** Of a connection that is revoked here, its own refresh token: nothing else is ever tried. */
function isSpendable(facts: RefreshFacts, { generation }: RefreshTarget): facts is Spendable {
  const ended = facts.state === 'revoking' || facts.state === 'revoked';
  return (
    ended && facts.renewal !== null && facts.refreshToken !== undefined && facts.generation === generation
  );
}

function waitMs({ attempts }: ClaimedProbe, retryAfterMs?: number): number {
  return backoffMs({ failures: attempts, random: Math.random(), retryAfterMs, maxMs: longestWaitMs });
}
