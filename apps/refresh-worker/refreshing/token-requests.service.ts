import { Injectable, Logger } from '@nestjs/common';
import { sendClientCredentials, sendRefresh, trySecrets, type OAuthClient, type RawAnswer } from '#oauth';
import { OutboundClient } from '#outbound';
import { Database, SlotRepository } from '#storage';
import type { Attempt } from './attempt.js';

/** Sends the token request of an attempt while its lease holds. */
@Injectable()
export class TokenRequestsService {
  private readonly logger = new Logger(TokenRequestsService.name);

  constructor(
    private readonly database: Database,
    private readonly outbound: OutboundClient,
  ) {}

  /** The answer as it came, or what fetch threw: see phaseOf. Never cancelled by whoever asked for it. */
  async send(attempt: Attempt): Promise<RawAnswer> {
    const lease = this.keepLease(attempt);
    const fetch = this.outbound.asFetch({
      deadlineMs: attempt.timing.deadlineMs,
      // A stale kept-alive socket makes an ambiguity where a rotating token can least bear one.
      freshSocket: attempt.rotation.mode !== 'none',
      beforeWrite: lease.holds,
    });
    const wire = { fetch, now: () => new Date() };
    try {
      return await trySecrets(attempt.clients, attempt.provider.failures, (client) =>
        ask(attempt, client, wire),
      );
    } finally {
      lease.stop();
    }
  }

  /**
   * Renews the lease every third of it. A request is written only within half a lease of the moment before which the
   * lease was last known to be ours (refresh-protocol, step 3).
   */
  private keepLease(attempt: Attempt): { holds: () => boolean; stop: () => void } {
    const { connection: connectionId, slot, fence, timing, workspace } = attempt;
    let confirmedAt = attempt.begunAt;
    let lost = false;
    const renew = async () => {
      const asked = performance.now();
      const ours = await this.database.inWorkspace(workspace, (tx) =>
        tx.get(SlotRepository).renewLease({ connectionId, slot, fence }, timing.leaseMs),
      );
      if (ours) confirmedAt = asked;
      else lost = true;
    };
    const timer = setInterval(() => {
      renew().catch((error: unknown) => this.logger.debug({ err: error }, 'the lease was not renewed'));
    }, timing.heartbeatMs);
    return {
      holds: () => !lost && performance.now() - confirmedAt < timing.writeWithinMs,
      stop: () => clearInterval(timer),
    };
  }
}

type Wire = Parameters<typeof sendRefresh>[0]['wire'];

function ask(attempt: Attempt, client: OAuthClient, wire: Wire): Promise<RawAnswer> {
  const { provider, refreshToken, connectionRow } = attempt;
  const { server, format, authorization } = provider;
  const resource = authorization.resourceParameter ? connectionRow.resource : [];
  if (refreshToken !== undefined)
    return sendRefresh({ server, client, format, refreshToken, resource, wire });
  const { scopesRequested: scopes } = connectionRow;
  const { scopeSeparator } = authorization;
  return sendClientCredentials({ server, client, format, scopes, scopeSeparator, resource, wire });
}
