import { Injectable, Logger } from '@nestjs/common';
import { revokeTokens, type SlotTokens } from '#oauth';
import { OutboundClient } from '#outbound';
import { IntegrationClientsService } from './integration-clients.service.js';

const deadlineMs = 5_000;

/** Gives back grants that came and are not wanted, as well as can be: nobody would ever end them otherwise. */
@Injectable()
export class UnwantedGrantsService {
  private readonly logger = new Logger(UnwantedGrantsService.name);

  constructor(
    private readonly outbound: OutboundClient,
    private readonly clients: IntegrationClientsService,
  ) {}

  /** True where the provider confirmed it. Never throws. */
  async giveBack(
    workspace: string,
    integrationId: string,
    unwanted: readonly SlotTokens[],
  ): Promise<boolean> {
    try {
      const outcomes: boolean[] = [];
      for (const tokens of unwanted) outcomes.push(await this.revoke(workspace, integrationId, tokens));
      return outcomes.length > 0 && outcomes.every((revoked) => revoked);
    } catch (error) {
      this.logger.warn({ err: error, integration: integrationId });
      return false;
    }
  }

  private async revoke(workspace: string, integrationId: string, tokens: SlotTokens): Promise<boolean> {
    const client = await this.clients.load(workspace, integrationId);
    const rules = client?.provider.revocation;
    // Where revoking reaches every grant of the user, it would end connections that are wanted.
    if (!client || !rules || rules.reach === 'user_grants') return false;
    const { server, format, failures } = client.provider;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
    const told = { server, format, failures, rules, clients: client.clients, tokens, wire };
    return (await revokeTokens(told)).outcome === 'revoked';
  }
}
