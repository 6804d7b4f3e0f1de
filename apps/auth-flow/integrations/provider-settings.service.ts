import { Injectable } from '@nestjs/common';
import { discoverMetadata, OAuthError } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem } from '#platform';
import { ProviderCatalogue, ProviderError, withMetadata } from '#providers';
import { AuthFlowConfig } from '../auth-flow.config.js';
import { newHosts } from './endpoint-hosts.js';
import { refused } from './integration-rules.js';

const discoveryDeadlineMs = 10_000;

/** Checks the provider's fields of an integration; a custom provider known by its issuer is asked for the rest. */
@Injectable()
export class ProviderSettingsService {
  constructor(
    private readonly catalogue: ProviderCatalogue,
    private readonly outbound: OutboundClient,
    private readonly config: AuthFlowConfig,
  ) {}

  /** The settings to store. @throws Problem `invalid-request`, `provider-error` or `provider-unavailable` */
  async check(provider: string, given: Record<string, unknown>): Promise<Record<string, unknown>> {
    const outcome = this.catalogue.parseSettings(provider, given);
    if (!outcome.ok)
      throw refused(
        outcome.faults.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail })),
      );
    const { needsDiscovery } = this.catalogue.resolve(provider, outcome.settings);
    return needsDiscovery ? this.discover(needsDiscovery.issuer, outcome.settings) : outcome.settings;
  }

  /** Hosts that a change brings in; none where there was no server before (a draft's first settings). */
  newHosts(
    provider: string,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): string[] {
    try {
      const old = this.catalogue.resolve(provider, before).server;
      return newHosts(old, this.catalogue.resolve(provider, after).server);
    } catch (error) {
      if (error instanceof ProviderError) return [];
      throw error;
    }
  }

  private async discover(
    issuer: string,
    settings: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    try {
      const wire = {
        fetch: this.outbound.asFetch({ deadlineMs: discoveryDeadlineMs }),
        now: () => new Date(),
      };
      const allowHttp = URL.parse(issuer)?.origin === this.config.OUTBOUND_SANDBOX_ORIGIN;
      return withMetadata(settings, await discoverMetadata({ issuer, allowHttp, wire }));
    } catch (error) {
      if (error instanceof OutboundError)
        throw new Problem('provider-unavailable', `${issuer} could not be reached (${error.code}).`, {
          retryAfterSeconds: 5,
        });
      if (error instanceof OAuthError)
        throw new Problem('provider-error', `${issuer} has no metadata that can be used (${error.code}).`);
      throw error;
    }
  }
}
