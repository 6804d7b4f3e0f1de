import { Injectable } from '@nestjs/common';
import { erasableStates, mostTags, readRefusal, reauthorizeBy, type ConnectionState } from '#oauth';
import { checkIfMatch, Problem, requestId, type Caller } from '#platform';
import { supportOf, type RevocationSupport } from '#providers';
import {
  applyTransition,
  AttemptRepository,
  ConnectionQueryRepository,
  ConnectionRepository,
  Database,
  eraseConnections,
  IntegrationRepository,
  lockForErasure,
  pauseConnection,
  SlotRepository,
  type Connection,
  type ConnectionFilter,
  type ConnectionSlot,
  type Integration,
  type ListedConnection,
  type RefreshAttempt,
  type Transaction,
} from '#storage';
import { CompletionService } from '../authorizations/completion.service.js';
import { retag } from '../authorizations/connection-tags.js';
import { IntegrationClientsService } from '../authorizations/integration-clients.service.js';
import type { UpdateConnection } from './connection.dto.js';
import type { ShownConnection } from './connection.view.js';

export interface FoundConnection {
  shown: ShownConnection;
  slots: ConnectionSlot[];
  /** Newest first. */
  attempts: RefreshAttempt[];
  /** What its provider could be told, and how that would be verified. */
  revocation: RevocationSupport;
}

const shownAttempts = 20;

/** Connections as their platform sees and steers them. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly clients: IntegrationClientsService,
    private readonly completion: CompletionService,
  ) {}

  /** One more than `limit`, where there is one. */
  async list(
    { workspace }: Caller,
    filter: ConnectionFilter,
    limit: number,
    after?: string,
  ): Promise<ShownConnection[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const rows = await tx.get(ConnectionQueryRepository).list(filter, limit + 1, after);
      const ids = new Set(rows.map(({ connection }) => connection.integrationId));
      const integrations = new Map<string, Integration>();
      for (const id of ids) {
        const integration = await tx.get(IntegrationRepository).find(id);
        if (integration) integrations.set(id, integration);
      }
      return rows.map((row) => this.shown(row, integrations.get(row.connection.integrationId)));
    });
  }

  async find({ workspace }: Caller, id: string): Promise<FoundConnection> {
    return this.database.inWorkspace(workspace, (tx) => this.found(tx, id));
  }

  /** All of it or nothing. */
  async update(
    caller: Caller,
    id: string,
    { paused, tags }: UpdateConnection,
    ifMatch: string | undefined,
  ): Promise<FoundConnection> {
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const connection = await tx.get(ConnectionRepository).lock(id);
      if (!connection) throw notFound(id);
      checkIfMatch(ifMatch, connection.version);
      // Before the transition, whose event shows the tags.
      if (tags && !(await retag(tx, caller.actor, connection, tags))) throw tooManyTags();
      if (paused !== undefined) await this.setPaused(tx, caller, connection, paused);
      return this.found(tx, id);
    });
  }

  /** Erases a connection that ended: its tokens, their keys and all that was known of it and of its end user but the audit log. */
  async erase(caller: Caller, id: string, reason?: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const [connection] = await lockForErasure(tx, [id]);
      if (!connection) throw notFound(id);
      if (!erasableStates.includes(connection.state as ConnectionState))
        throw new Problem('connection-not-erasable', `It is ${connection.state}: revoke it first.`);
      await eraseConnections(tx, [connection], {
        actor: caller.actor,
        requestId: requestId(),
        ...(reason !== undefined && { about: { reason } }),
      });
    });
  }

  /** Stops serving and renewing, or goes on; doing it twice changes nothing. */
  private async setPaused(
    tx: Transaction,
    { actor }: Caller,
    connection: Connection,
    paused: boolean,
  ): Promise<void> {
    const cause = { actor, requestId: requestId() };
    const step = paused
      ? await pauseConnection(tx, connection, cause)
      : await applyTransition(tx, connection, 'resumed', cause);
    if (!step.ok) throw refusedIn(connection);
    if (step.changed && !paused) await this.reschedule(tx, connection);
  }

  private async reschedule(tx: Transaction, connection: Connection): Promise<void> {
    const integration = await tx.get(IntegrationRepository).find(connection.integrationId);
    if (integration) await this.completion.schedule(tx, { integration, connection });
  }

  private async found(tx: Transaction, id: string): Promise<FoundConnection> {
    const row = await tx.get(ConnectionQueryRepository).find(id);
    if (!row) throw notFound(id);
    const integration = await tx.get(IntegrationRepository).find(row.connection.integrationId);
    const provider = integration ? this.clients.resolve(integration) : undefined;
    return {
      shown: this.shown(row, integration ?? undefined),
      revocation: supportOf(provider, {
        renewable: row.connection.grantType === 'authorization_code',
        hasOtherGrant: await tx.get(ConnectionRepository).hasOtherGrant(row.connection),
      }),
      slots: await tx.get(SlotRepository).listOf(id),
      attempts: await tx.get(AttemptRepository).listOf(id, shownAttempts),
    };
  }

  private shown(row: ListedConnection, integration: Integration | undefined): ShownConnection {
    const life = integration && this.clients.resolve(integration)?.refreshTokenLife;
    const authorizedAt = row.connection.authorizedAt?.getTime();
    if (!life || authorizedAt === undefined) return { ...row, reauthorizeBy: null };
    const { absoluteMs, extendsOnUse } = life;
    return { ...row, reauthorizeBy: reauthorizeBy({ authorizedAt, absoluteMs, extendsOnUse }) };
  }
}

export function notFound(id: string): Problem {
  return new Problem('connection-not-found', `There is no connection ${id} in this workspace.`);
}

function tooManyTags(): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
    errors: [{ pointer: '/tags', detail: `would be more than ${mostTags} with those it has` }],
  });
}

function refusedIn({ state }: Connection): Problem {
  return new Problem(readRefusal(state as ConnectionState) ?? 'conflict', `It is ${state}.`);
}
