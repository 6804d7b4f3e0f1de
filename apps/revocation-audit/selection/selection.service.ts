import { Injectable } from '@nestjs/common';
import { Problem } from '#platform';
import { ProviderCatalogue, ProviderError, type ResolvedProvider } from '#providers';
import { IntegrationRepository, SelectionRepository, type Transaction } from '#storage';
import { breakdown } from './breakdown.js';
import { sampleView, type PreviewView } from './preview.view.js';
import { filterOf, type Selector } from './selector.dto.js';

const sampleSize = 20;
const dead = ['revoking', 'revoked'];

/** What a selector would hit, and what that means where it hits. */
@Injectable()
export class SelectionService {
  constructor(private readonly catalogue: ProviderCatalogue) {}

  /** `states`: those that can be hit. */
  async preview(tx: Transaction, selector: Selector, states: readonly string[]): Promise<PreviewView> {
    const selections = tx.get(SelectionRepository);
    const filter = filterOf(selector);
    const all = await selections.groups(filter);
    const hit = all.filter(({ state }) => states.includes(state));
    const providers = await this.resolveAll(tx, new Set(hit.map(({ integration }) => integration)));
    const ofUsers = [...providers].filter(([, provider]) => provider?.revocation?.reach === 'user_grants');
    const withheld =
      ofUsers.length === 0
        ? new Map<string, number>()
        : await selections.countBesideOthers(
            filter,
            states,
            ofUsers.map(([id]) => id),
          );
    return {
      count: total(hit),
      already_dead: total(all.filter(({ state }) => dead.includes(state))),
      unknown_connections: filter.connections ? await selections.countUnknown(filter.connections) : 0,
      end_users: await selections.countEndUsers(filter, states),
      ...breakdown(hit, { resolve: (integration) => providers.get(integration), withheld }),
      sample: (await selections.sample(filter, states, sampleSize)).map(sampleView),
    };
  }

  private async resolveAll(
    tx: Transaction,
    ids: ReadonlySet<string>,
  ): Promise<Map<string, ResolvedProvider | undefined>> {
    const providers = new Map<string, ResolvedProvider | undefined>();
    for (const id of ids) {
      const integration = await tx.get(IntegrationRepository).find(id);
      providers.set(id, integration ? this.resolve(integration) : undefined);
    }
    return providers;
  }

  private resolve(integration: {
    provider: string;
    settings: Record<string, unknown>;
  }): ResolvedProvider | undefined {
    try {
      return this.catalogue.resolve(integration.provider, integration.settings);
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }
}

/** @throws Problem `more-than-expected`, so that nothing of the transaction stays */
export function checkExpected(count: number, expected: number | undefined): void {
  if (expected !== undefined && count > expected)
    throw new Problem('more-than-expected', `It matches ${count} connections; nothing was done.`, {
      members: { count, expected_count: expected },
    });
}

function total(groups: readonly { count: number }[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
