import { Injectable } from '@nestjs/common';
import { Problem, requestId, type Actor } from '#platform';
import { ConnectionRepository, Database, pauseConnection } from '#storage';
import { RevocationsService } from '../../revocations/revocations.service.js';
import type { TakenAction } from './event-action.js';

interface Because {
  actor: Actor;
  detail: string;
}

/** Freezes and revokes connections in the name of a security event. */
@Injectable()
export class ConnectionActionsService {
  constructor(
    private readonly database: Database,
    private readonly revocations: RevocationsService,
  ) {}

  /** All are tried; the first failure is thrown when they are. */
  async apply(
    workspace: string,
    action: TakenAction,
    connections: readonly string[],
    because: Because,
  ): Promise<void> {
    if (action !== 'freeze' && action !== 'revoke') return;
    const act = action === 'freeze' ? this.freeze.bind(this) : this.revoke.bind(this);
    const outcomes = await Promise.allSettled(
      connections.map((connection) => act(workspace, connection, because)),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Pauses, so that nothing is served or renewed. One that cannot be paused any more serves nothing anyway. */
  private async freeze(workspace: string, id: string, { actor, detail }: Because): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection) return;
      const reason = { code: 'security_event', detail };
      await pauseConnection(tx, connection, { actor, reason, requestId: requestId() });
    });
  }

  private async revoke(workspace: string, connection: string, { actor, detail }: Because): Promise<void> {
    const caller = { workspace, actor, permissions: new Set<never>() };
    try {
      await this.revocations.create(caller, { connection, reason: detail });
    } catch (error) {
      // Erased meanwhile.
      if (!(error instanceof Problem && error.slug === 'connection-not-found')) throw error;
    }
  }
}
