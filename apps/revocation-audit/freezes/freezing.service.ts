import { Injectable } from '@nestjs/common';
import { refreshableStates } from '#oauth';
import {
  applyTransitions,
  ConnectionRepository,
  Database,
  FreezeRepository,
  FreezeTargetRepository,
  SlotRepository,
  type Connection,
  type Freeze,
  type FreezeTargetState,
  type Transaction,
} from '#storage';

const chunk = 250;
const ids = (connections: readonly Connection[]) => connections.map(({ id }) => id);

/** Does a freeze's work, or undoes it, chunk by chunk; on however many replicas. */
@Injectable()
export class FreezingService {
  constructor(private readonly database: Database) {}

  /** Until nothing of it is left that nobody has at hand. */
  async work(workspace: string, id: string, goesOn: () => boolean): Promise<void> {
    while (goesOn() && (await this.someOf(workspace, id)) > 0);
    await this.database.inWorkspace(workspace, (tx) => tx.get(FreezeRepository).close(id));
  }

  /** One chunk, in one transaction; answers how many were taken. */
  private async someOf(workspace: string, id: string): Promise<number> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const freezes = tx.get(FreezeRepository);
      const freeze = await freezes.find(id);
      if (freeze?.state !== 'freezing' && freeze?.state !== 'lifting') return 0;
      if (!(await freezes.hold(id, freeze.state))) return 0;
      const isLifting = freeze.state === 'lifting';
      const targets = tx.get(FreezeTargetRepository);
      const taken = await targets.claim(id, isLifting ? 'frozen' : 'waiting', chunk);
      if (taken.length === 0) return 0;
      const connections = await tx.get(ConnectionRepository).lockAll(taken);
      const held = isLifting
        ? await this.thaw(tx, freeze, connections)
        : await this.freeze(tx, freeze, connections);
      const other: FreezeTargetState = isLifting ? 'lifted' : 'skipped';
      await targets.settle(id, new Map(taken.map((one) => [one, held.has(one) ? 'frozen' : other])));
      return taken.length;
    });
  }

  /** Answers what it holds from now on: what it paused, and what another freeze had paused before. */
  private async freeze(
    tx: Transaction,
    { id, reason, requestedBy, requestId }: Freeze,
    connections: readonly Connection[],
  ): Promise<Set<string>> {
    const targets = tx.get(FreezeTargetRepository);
    const before = await targets.listFrozen(ids(connections));
    await targets.keepSchedule(id, ids(connections));
    const paused = await applyTransitions(tx, connections, 'paused', {
      actor: requestedBy,
      reason: { code: 'frozen', detail: reason },
      about: { freeze: id },
      requestId: requestId ?? undefined,
    });
    await tx.get(SlotRepository).fenceOffAll(ids(paused));
    await targets.mark(new Map(paused.map((connection) => [connection.id, id])));
    await targets.releaseFromOthers(id, ids(paused));
    await targets.takeSchedule(id, [...before]);
    return new Set([...before, ...ids(paused)]);
  }

  /** Resumes what is paused by a freeze, by no other one, and was not paused by somebody since. */
  private async thaw(
    tx: Transaction,
    { id, liftedBy, requestedBy }: Freeze,
    connections: readonly Connection[],
  ): Promise<Set<string>> {
    const targets = tx.get(FreezeTargetRepository);
    const frozen = await targets.listFrozen(ids(connections));
    const others = await targets.otherHolders(id, [...frozen]);
    await targets.mark(others);
    const free = connections.filter((connection) => frozen.has(connection.id) && !others.has(connection.id));
    const resumed = await applyTransitions(tx, free, 'resumed', {
      actor: liftedBy ?? requestedBy,
      reason: { code: 'unfrozen' },
      about: { freeze: id },
    });
    const renewed = resumed.filter(({ state }) => (refreshableStates as readonly string[]).includes(state));
    await targets.restoreSchedule(id, ids(renewed));
    return new Set();
  }
}
