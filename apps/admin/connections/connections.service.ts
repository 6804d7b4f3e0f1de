import { Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import { ProviderCatalogue, ProviderError, supportOf, type ResolvedProvider } from '#providers';
import {
  ConnectionDetailRepository,
  ConnectionQueryRepository,
  ConnectionRepository,
  Database,
  SlotRepository,
  TimelineRepository,
  type Generation,
  type IntegrationFacts,
  type TimelinePosition,
  type TimelineRow,
  type Transaction,
} from '#storage';
import type { FoundConnection } from './connection-detail.view.js';

/** Reads connections by admin's own role, which sees no sealed column. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** @throws Problem `connection-not-found`, `connection-erased` */
  async find(workspace: string, id: string): Promise<FoundConnection> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const listed = await tx.get(ConnectionQueryRepository).find(id);
      if (!listed) throw await absent(tx, id);
      const { provider, integrationId, grantType } = listed.connection;
      const details = tx.get(ConnectionDetailRepository);
      const integration = await details.integration(integrationId);
      return {
        listed,
        integration,
        slots: await tx.get(SlotRepository).listOf(id),
        sets: await details.currentSets(id),
        failure: await details.lastFailure(id),
        providerName: this.catalogue.find(provider)?.name ?? provider,
        revocation: supportOf(integration && this.resolve(integration), {
          renewable: grantType === 'authorization_code',
          hasOtherGrant: await tx.get(ConnectionRepository).hasOtherGrant(listed.connection),
        }),
      };
    });
  }

  /** One row more than `limit`, where there is one. @throws Problem `connection-not-found`, `connection-erased` */
  async generations(
    workspace: string,
    id: string,
    limit: number,
    after?: readonly [number, string],
  ): Promise<Generation[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const rows = await tx.get(ConnectionDetailRepository).generations(id, limit + 1, after);
      if (rows.length === 0 && !after && !(await tx.get(ConnectionQueryRepository).find(id)))
        throw await absent(tx, id);
      return rows;
    });
  }

  /** One row more than `limit`, where there is one. @throws Problem `connection-not-found` */
  async timeline(
    workspace: string,
    id: string,
    limit: number,
    after?: TimelinePosition,
  ): Promise<TimelineRow[]> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const rows = await tx.get(TimelineRepository).list(id, limit + 1, after);
      // An erased connection keeps its history.
      if (rows.length === 0 && !after && !(await tx.get(ConnectionQueryRepository).find(id)))
        throw await absent(tx, id);
      return rows;
    });
  }

  /** Undefined where this build no longer knows the provider, or its settings do not fit any more. */
  private resolve({ provider, settings }: IntegrationFacts): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(provider, settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}

/** What to say of one that is not there: that it never was, or who erased it. */
async function absent(tx: Transaction, id: string): Promise<Problem> {
  const erasure = await tx.get(ConnectionDetailRepository).erasure(id);
  if (!erasure) return new Problem('connection-not-found', `There is no connection ${id} in this workspace.`);
  const at = erasure.at.toISOString();
  return new Problem(
    'connection-erased',
    `It was erased at ${at}; its timeline and audit entries are kept.`,
    {
      members: { erased_at: at, erased_by: erasure.actor },
    },
  );
}
