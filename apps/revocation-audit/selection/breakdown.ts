import type { ResolvedProvider } from '#providers';
import type { SelectedGroup } from '#storage';
import type { PreviewView } from './preview.view.js';

type ByIntegration = PreviewView['by_integration'][number];
type ByProvider = PreviewView['by_provider'][number];

/** Sums per integration, provider and state, largest first. `resolve` knows the provider of an integration. */
export function breakdown(
  groups: readonly SelectedGroup[],
  resolve: (integration: string) => Pick<ResolvedProvider, 'name' | 'revocation'> | undefined,
): Pick<PreviewView, 'by_integration' | 'by_provider' | 'by_state'> {
  const integrations = sums(groups, ({ integration }) => integration).map(
    ({ key, count, first }): ByIntegration => {
      const rules = resolve(key)?.revocation;
      const told = { revocation: rules ? ('supported' as const) : ('unsupported' as const) };
      return { integration: key, provider: first.provider, count, ...told, kills: rules?.reach ?? null };
    },
  );
  const providers = sums(integrations, ({ provider }) => provider).map(({ key, count, all }): ByProvider => ({
    provider: key,
    name: resolve(all[0]!.integration)?.name ?? key,
    count,
    revocation: all.every((one) => one.revocation === all[0]!.revocation) ? all[0]!.revocation : 'partly',
    kills: all.find((one) => one.kills !== null)?.kills ?? null,
  }));
  const states = sums(groups, ({ state }) => state).map(({ key, count }) => ({ state: key, count }));
  return {
    by_integration: integrations,
    by_provider: providers,
    by_state: states as PreviewView['by_state'],
  };
}

function sums<T extends { count: number }>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): { key: string; count: number; first: T; all: T[] }[] {
  return [...Map.groupBy(rows, keyOf)]
    .map(([key, all]) => ({ key, all, first: all[0]!, count: all.reduce((sum, row) => sum + row.count, 0) }))
    .toSorted((a, b) => b.count - a.count);
}
