import { Injectable, Logger } from '@nestjs/common';
import { ProviderCounters } from '#events';
import { incidentIn, type IncidentKind, type ProviderCounts } from '#oauth';
import { providerKeyOf } from '#providers';
import type { RefreshEnd } from '#refresh';
import { Database, ProviderIncidents, tellOfIncident, type ProviderIncident } from '#storage';
import { workerActor } from '../refreshing/promotions.service.js';
import type { RefreshFacts } from '../refreshing/refresh-facts.js';

/** Half-open: so often one request tries whether the provider is well again. */
const probeEveryMs = 5_000;
const goodProbesNeeded = 3;
/** How long a refresh that meets an incident waits; more or less, so that they do not come back together. */
const waitMs = 20_000;

/** Refusals within one exchange that are more than chance. */
const burst = 5;
const burstShare = 0.1;

const none: ProviderCounts = { refreshed: 0, refused: 0, failed: 0 };

/** Circuit breakers of providers: opened by what all workers saw, kept in Postgres, closed by probes. */
@Injectable()
export class IncidentsService {
  private readonly logger = new Logger(IncidentsService.name);
  private open = new Map<string, ProviderIncident>();
  /** Since they were last exchanged. */
  private readonly seen = new Map<string, ProviderCounts>();
  /** The last five minutes of all workers, as of the last exchange. */
  private readonly known = new Map<string, ProviderCounts>();
  /** Probes under way, by provider. */
  private readonly probing = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly incidents: ProviderIncidents,
    private readonly counters: ProviderCounters,
  ) {}

  /** 0 where a refresh may begin: no incident, or this one is the probe. */
  async waitOf(facts: RefreshFacts): Promise<number> {
    const provider = keyOf(facts);
    const incident = this.open.get(provider);
    if (!incident) return 0;
    if (await this.incidents.claimProbe(incident.id, probeEveryMs)) {
      this.probing.set(provider, incident.id);
      return 0;
    }
    return waitMs * (0.75 + Math.random() / 2);
  }

  /** Asked once for each refusal, before it is believed; it counts at once, for many are judged at the same time. */
  refusalsAreDoubted(facts: RefreshFacts): boolean {
    this.count(keyOf(facts), 'refused');
    return this.isRefusingEverybody(facts);
  }

  /** Of a slot that was lost meanwhile: what we revoked ourselves is refused, however well the provider is. */
  takeBackRefusal(facts: RefreshFacts): void {
    this.count(keyOf(facts), 'refused', -1);
  }

  /** By what was counted so far. */
  isRefusingEverybody(facts: RefreshFacts): boolean {
    const provider = keyOf(facts);
    const seen = this.seen.get(provider) ?? none;
    if (this.open.get(provider)?.kind === 'refusals') return true;
    // A burst that the others were not told of yet: whoever did leave is refused again in half a minute.
    if (seen.refused >= burst && seen.refused > burstShare * sumOf(seen)) return true;
    return incidentIn(added(this.known.get(provider) ?? none, seen)) === 'refusals';
  }

  async record(facts: RefreshFacts, end: RefreshEnd): Promise<void> {
    const provider = keyOf(facts);
    const count = countOf(end);
    if (!count) return;
    const probed = this.probing.get(provider);
    if (probed) {
      this.probing.delete(provider);
      const closed = await this.incidents.countProbe(probed, count === 'refreshed', goodProbesNeeded);
      if (closed) await this.tellClosed(closed);
      return;
    }
    if (count !== 'refused') this.count(provider, count);
  }

  private count(provider: string, what: keyof ProviderCounts, by = 1): void {
    const seen = this.seen.get(provider) ?? { ...none };
    seen[what] += by;
    this.seen.set(provider, seen);
  }

  /** Once a second: what all saw, and what follows. */
  async exchange(): Promise<void> {
    const before = this.open;
    this.open = new Map((await this.incidents.listOpen()).map((incident) => [incident.provider, incident]));
    // Closed by another worker's probe, or by a human: what led to it is over.
    for (const provider of before.keys()) if (!this.open.has(provider)) await this.forget(provider);
    for (const [provider, seen] of [...this.seen]) {
      this.seen.delete(provider);
      const counts = await this.counters.exchange(provider, seen);
      this.known.set(provider, counts);
      const kind = incidentIn(counts);
      if (kind && !this.open.has(provider)) await this.begin(provider, kind, counts);
    }
  }

  private async begin(provider: string, kind: IncidentKind, counts: ProviderCounts): Promise<void> {
    const incident = await this.incidents.open(provider, kind, { ...counts });
    if (!incident) return;
    this.open.set(provider, incident);
    this.logger.error(
      { provider, kind, ...counts },
      'a provider has an incident; its connections are left as they are',
    );
    await this.tell(incident, 'provider.incident_opened');
  }

  private async tellClosed(incident: ProviderIncident): Promise<void> {
    this.open.delete(incident.provider);
    await this.forget(incident.provider);
    this.logger.log({ provider: incident.provider }, 'a provider is well again');
    await this.tell(incident, 'provider.incident_closed');
  }

  private async tell(
    incident: ProviderIncident,
    type: 'provider.incident_opened' | 'provider.incident_closed',
  ): Promise<void> {
    await tellOfIncident(this.database, this.incidents, incident, { type, actor: workerActor });
  }

  private async forget(provider: string): Promise<void> {
    this.known.delete(provider);
    this.seen.delete(provider);
    await this.counters.forget(provider);
  }
}

const keyOf = ({ row, provider }: RefreshFacts) => providerKeyOf(row, provider);

function countOf({ outcome, failureClass, errorCode }: RefreshEnd): keyof ProviderCounts | undefined {
  if (outcome === 'refreshed') return 'refreshed';
  if (outcome !== 'failed' || errorCode === 'provider_incident') return undefined;
  if (failureClass === 'REAUTHORIZE') return 'refused';
  const says = failureClass === 'TRANSIENT' || failureClass === 'AMBIGUOUS' || failureClass === 'PROTOCOL';
  return says && errorCode !== 'database_unavailable' ? 'failed' : undefined;
}

function sumOf({ refreshed, refused, failed }: ProviderCounts): number {
  return refreshed + refused + failed;
}

function added(one: ProviderCounts, other: ProviderCounts): ProviderCounts {
  return {
    refreshed: one.refreshed + other.refreshed,
    refused: one.refused + other.refused,
    failed: one.failed + other.failed,
  };
}
