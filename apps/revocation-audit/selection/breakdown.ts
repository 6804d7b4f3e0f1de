import { takesTokenOf, type ResolvedProvider } from '#providers';
import type { SelectedGroup } from '#storage';
import type { PreviewView } from './preview.view.js';

type ByIntegration = PreviewView['by_integration'][number];
type ByProvider = PreviewView['by_provider'][number];
type Support = ByProvider['revocation'];

/** From the narrowest. */
const reaches = ['token', 'grant', 'user_grants'] as const;

export interface Known {
  /** Of an integration. */
  resolve: (integration: string) => Pick<ResolvedProvider, 'name' | 'revocation'> | undefined;
  /** How many connections of an integration its provider is not told of, for another grant's sake. */
  withheld: ReadonlyMap<string, number>;
}

/** Sums per integration, provider and state, largest first. */
export function breakdown(
  groups: readonly SelectedGroup[],
  { resolve, withheld }: Known,
): Pick<PreviewView, 'by_integration' | 'by_provider' | 'by_state'> {
  const integrations = sums(groups, ({ integration }) => integration).map(
    ({ key, count, first, all }): ByIntegration => {
      const rules = resolve(key)?.revocation;
      const told = all.map(({ grantType }): Support => {
        const takes = rules && takesTokenOf(rules, grantType === 'authorization_code');
        return takes ? 'supported' : 'unsupported';
      });
      return {
        ...{ integration: key, provider: first.provider, count, revocation: common(told) },
        ...{ kills: rules?.reach ?? null, withheld: withheld.get(key) ?? 0 },
      };
    },
  );
  const providers = sums(integrations, ({ provider }) => provider).map(({ key, count, all }): ByProvider => ({
    provider: key,
    name: resolve(all[0]!.integration)?.name ?? key,
    count,
    revocation: common(all.map(({ revocation }) => revocation)),
    kills: reaches.findLast((reach) => all.some(({ kills }) => kills === reach)) ?? null,
    withheld: all.reduce((sum, one) => sum + one.withheld, 0),
  }));
  const states = sums(groups, ({ state }) => state).map(({ key, count }) => ({ state: key, count }));
  return {
    by_integration: integrations,
    by_provider: providers,
    by_state: states as PreviewView['by_state'],
  };
}

function common(all: readonly Support[]): Support {
  return all.every((one) => one === all[0]) ? all[0]! : 'partly';
}

function sums<T extends { count: number }>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): { key: string; count: number; first: T; all: T[] }[] {
  return [...Map.groupBy(rows, keyOf)]
    .map(([key, all]) => ({ key, all, first: all[0]!, count: all.reduce((sum, row) => sum + row.count, 0) }))
    .toSorted((a, b) => b.count - a.count);
}
