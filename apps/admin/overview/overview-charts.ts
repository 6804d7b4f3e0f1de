import { connectionStates } from '#oauth';
import type { ConsentDay, LagSample, ProviderIncident, ProviderRenewals, RenewalOutcome } from '#storage';
import type { ConsentsView, LagView, ProvidersView, RenewalsView } from './overview-parts.view.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shownProviders = 8;
const stackedProviders = 4;

/** Renewals are late after a minute, events after five seconds: as far as anybody should have to wait for either. */
const objective = { renewal_ms: 60_000, outbox_ms: 5_000, revocation_ms: 60_000 };

/** States without a connection are 0, so that a chart needs no special case. */
export function everyState(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(connectionStates.map((state) => [state, counts[state] ?? 0]));
}

export function renewalsView(
  outcomes: readonly RenewalOutcome[],
  hours: number,
  eventsNotCounted: number,
  now = Date.now(),
): RenewalsView {
  const byHour = Map.groupBy(outcomes, ({ hour }) => hour.getTime());
  const first = Math.floor(now / hourMs) * hourMs - (hours - 1) * hourMs;
  const all = Array.from({ length: hours }, (_, nth) => {
    const at = first + nth * hourMs;
    return { hour: new Date(at).toISOString(), ...totals(byHour.get(at) ?? []) };
  });
  const { failures, ...sums } = totals(outcomes);
  const classes = Object.entries(failures).map(([name, count]) => ({ class: name, count }));
  return {
    ...sums,
    success: successOf(sums),
    classes: classes.toSorted((a, b) => b.count - a.count),
    hours: all,
    events_not_counted: eventsNotCounted,
  };
}

function totals(outcomes: readonly RenewalOutcome[]) {
  const failures: Record<string, number> = {};
  let [renewed, failed] = [0, 0];
  for (const { outcome, count } of outcomes)
    if (outcome === 'renewed') renewed += count;
    else {
      failed += count;
      failures[outcome] = (failures[outcome] ?? 0) + count;
    }
  return { renewed, failed, failures };
}

function successOf({ renewed, failed }: { renewed: number; failed: number }): number | null {
  return renewed + failed === 0 ? null : renewed / (renewed + failed);
}

export function providersView(
  renewals: readonly ProviderRenewals[],
  connections: readonly { provider: string; count: number }[],
  incidents: readonly ProviderIncident[],
): ProvidersView {
  const owned = new Map(connections.map(({ provider, count }) => [provider, count]));
  const kinds = new Map(incidents.map(({ provider, kind }) => [provider, kind]));
  const all = renewals.map((one) => ({
    provider: one.provider,
    connections: owned.get(one.provider) ?? 0,
    renewed: one.renewed,
    failed: one.failed,
    success: successOf(one),
    p50_ms: one.p50Ms,
    p95_ms: one.p95Ms,
    incident: kinds.get(one.provider) ?? null,
  }));
  const worst = all.toSorted((a, b) => Number(b.incident !== null) - Number(a.incident !== null));
  return { data: worst.slice(0, shownProviders), others: Math.max(0, all.length - shownProviders) };
}

export function consentsView(
  consents: readonly ConsentDay[],
  days: number,
  estimate: boolean,
  now = Date.now(),
): ConsentsView {
  const sums = new Map<string, number>();
  for (const { provider, count } of consents) sums.set(provider, (sums.get(provider) ?? 0) + count);
  const ranked = [...sums].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const providers = ranked.slice(0, stackedProviders).map(([provider]) => provider);
  const byDay = Map.groupBy(consents, ({ day }) => day.getTime());
  const first = Math.floor(now / dayMs) * dayMs;
  return {
    estimate,
    total: ranked.reduce((total, [, count]) => total + count, 0),
    providers,
    days: Array.from({ length: days }, (_, nth) => dayView(first + nth * dayMs, byDay, providers)),
  };
}

function dayView(at: number, byDay: ReadonlyMap<number, ConsentDay[]>, providers: readonly string[]) {
  const counts = Object.fromEntries(providers.map((provider) => [provider, 0]));
  let other = 0;
  for (const { provider, count } of byDay.get(at) ?? [])
    if (provider in counts) counts[provider] = count;
    else other += count;
  return { day: new Date(at).toISOString().slice(0, 10), counts, other };
}

export function lagView(samples: readonly LagSample[]): LagView {
  return {
    objective,
    samples: samples.map(({ minute, renewalMs, outboxMs, revocationMs }) => ({
      at: minute.toISOString(),
      renewal_ms: renewalMs,
      outbox_ms: outboxMs,
      revocation_ms: revocationMs,
    })),
  };
}
