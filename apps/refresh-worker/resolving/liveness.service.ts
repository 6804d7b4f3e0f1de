import { Injectable, Logger } from '@nestjs/common';
import { interpretIntrospection, sendIntrospection } from '#oauth';
import { OutboundClient } from '#outbound';
import type { Attempt } from '../refreshing/attempt.js';

const deadlineMs = 5_000;

/** Asks the provider whether a token still lives (RFC 7662): what tells a lost answer from a lost request. */
@Injectable()
export class LivenessService {
  private readonly logger = new Logger(LivenessService.name);

  constructor(private readonly outbound: OutboundClient) {}

  async ask(attempt: Attempt, of: 'access_token' | 'refresh_token'): Promise<'alive' | 'dead' | 'unknown'> {
    const token = of === 'refresh_token' ? attempt.refreshToken : accessTokenOf(attempt);
    const { provider, clients } = attempt;
    if (token === undefined || !provider.introspection) return 'unknown';
    const { server, format } = provider;
    try {
      const raw = await sendIntrospection({
        server,
        client: clients[0],
        format,
        token,
        tokenTypeHint: of,
        wire: { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() },
      });
      return interpretIntrospection(raw).active ? 'alive' : 'dead';
    } catch (error) {
      this.logger.debug({ err: error, attempt: attempt.id }, 'the provider did not say');
      return 'unknown';
    }
  }
}

function accessTokenOf({ connection, slot, generation, cipher, accessToken }: Attempt): string | undefined {
  if (!accessToken.sealed) return undefined;
  return cipher.open({ connection, slot, generation, part: 'access' }, accessToken.sealed).toString('utf8');
}
