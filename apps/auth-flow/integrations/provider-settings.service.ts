import { Injectable } from '@nestjs/common';
import { discoverMetadata, OAuthError } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem } from '#platform';
import { ProviderCatalogue, withMetadata } from '#providers';
import { AuthFlowConfig } from '../auth-flow.config.js';
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
