import { t } from '../../messages/index.js';
import type { Names } from '../../ui/names.js';
import { count, duration, share } from '../../ui/number.js';
import { weekdayAndHourOf } from './clock.js';
import type { Consents, Due, Lag, Providers, Renewals, States } from './overview.query.js';

const words = t.overview;
/** What somebody should look at; revoked is how things end, not an illness. */
const unhealthyStates = [
  'needs_reauthorization',
  'degraded',
  'quarantined',
  'paused',
  'expired',
  'revoking',
  'pending',
] as const;

export type UnhealthyState = (typeof unhealthyStates)[number];

/** The unhealthy states there are, the largest first. */
export function unhealthyOf({ by_state }: States): { state: UnhealthyState; count: number }[] {
  return unhealthyStates
    .map((state) => ({ state, count: by_state[state] }))
    .filter(({ count: of }) => of > 0)
    .toSorted((a, b) => b.count - a.count);
}

export function statesSummary(states: States): string {
  const bad = unhealthyOf(states).reduce((sum, each) => sum + each.count, 0);
  const living = states.total - states.by_state.revoked;
  if (living === 0) return words.states.empty;
  const total = count(living, states.estimate);
  if (bad === 0) return words.states.well(total);
  const active = count(states.by_state.active, states.estimate);
  return words.states.summary(active, total, bad, count(bad, states.estimate));
}

/** One sentence under the title: what needs somebody, or that nothing does. */
export function statusSentence(states: States): string {
  if (states.total === 0) return words.status.none;
  const { needs_reauthorization: needs, degraded, active } = states.by_state;
  const troubles = states.open_incidents + states.paused_integrations;
  const approvals = states.waiting_approvals ?? 0;
  const parts = [
    needs > 0 && words.status.users(needs, count(needs)),
    degraded > 0 && words.status.degraded(degraded, count(degraded)),
    troubles > 0 && words.status.incidents(troubles, count(troubles)),
    approvals > 0 && words.status.approvals(approvals, count(approvals)),
  ].filter((part) => part !== false);
  return parts.length > 0 ? words.status.join(parts) : words.status.well(active, count(active));
}

export const classWord = (name: string): string => words.renewals.classes[name] ?? name;

export function renewalsSummary(renewals: Renewals): string {
  const { renewed, failed, success, classes, events_not_counted: missing } = renewals;
  const late = missing > 0 ? ` ${words.renewals.notCounted(missing, count(missing))}` : '';
  if (success === null) return words.renewals.none + late;
  if (failed === 0) return words.renewals.well(renewed, count(renewed)) + late;
  const worst = classWord(classes[0]?.class ?? '');
  return words.renewals.summary(share(success), failed, count(failed), worst) + late;
}

export function providersSummary({ data, others }: Providers, names: Names): string {
  const more = others > 0 ? ` ${words.providers.others(others, count(others))}` : '';
  const hurt = data.filter(({ incident }) => incident !== null).map(({ provider }) => provider);
  if (hurt.length > 0) return words.providers.incident(hurt.map(names.provider).join(', ')) + more;
  const slowest = data.reduce<(typeof data)[number] | undefined>(
    (worst, each) => ((each.p95_ms ?? -1) > (worst?.p95_ms ?? -1) ? each : worst),
    undefined,
  );
  if (!slowest || slowest.p95_ms === null) return words.providers.none;
  const success = slowest.success === null ? t.time.none : share(slowest.success);
  return (
    words.providers.slowest(names.provider(slowest.provider), duration(slowest.p95_ms / 1_000), success) +
    more
  );
}

export function dueSummary({ estimate, overdue, hours }: Due): string {
  const total = hours.reduce((sum, each) => sum + each.count, 0);
  const most = hours.reduce((peak, each) => (each.count > peak.count ? each : peak), { hour: '', count: 0 });
  const late = overdue > 0 ? sentence(words.due.overdue(overdue, count(overdue, estimate))) : '';
  if (most.count === 0) return late || words.due.none;
  const ahead = sentence(words.due.summary(total, count(total, estimate), weekdayAndHourOf(most.hour)));
  return late ? `${late} ${ahead}` : ahead;
}

export function consentsSummary({ total, providers, estimate }: Consents, names: Names): string {
  const [first] = providers;
  if (total === 0 || first === undefined) return words.consents.none;
  return sentence(words.consents.summary(total, count(total, estimate), names.provider(first)));
}

/** `about 3` may begin one. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const lagNames = ['renewal_ms', 'outbox_ms', 'revocation_ms'] as const;

/** Now late, or late some time within the hours shown, or neither. */
export function lagSummary({ objective, samples }: Lag): string {
  const latest = samples.at(-1);
  if (!latest) return words.lag.empty;
  const late = lagNames.filter((name) => latest[name] > objective[name]);
  if (late.length > 0) {
    return late
      .map((name) =>
        words.lag.late(
          words.lag.lines[name],
          duration(latest[name] / 1_000),
          duration(objective[name] / 1_000),
        ),
      )
      .join(' ');
  }
  const worst = lagNames
    .map((name) => ({ name, lag: Math.max(...samples.map((sample) => sample[name])) }))
    .filter(({ name, lag }) => lag > objective[name])
    .toSorted((a, b) => b.lag / objective[b.name] - a.lag / objective[a.name])[0];
  if (!worst) return words.lag.well;
  return words.lag.was(words.lag.lines[worst.name].toLowerCase(), duration(worst.lag / 1_000));
}
