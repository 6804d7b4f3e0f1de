import { Injectable, Logger } from '@nestjs/common';
import {
  interpretIntrospection,
  interpretUserinfo,
  interpretTokenAnswer,
  sendClientCredentials,
  sendIntrospection,
  sendRefresh,
  sendUserinfo,
  trySecrets,
  type InterpretedAnswer,
  type OAuthClient,
  type RawAnswer,
} from '#oauth';
import { OutboundClient } from '#outbound';
import type { TokenEndpoint } from '#refresh';
import { OrphansService } from '../resolving/orphans.service.js';
import type { Attempt, OpenAttempt, RefreshFacts } from './refresh-facts.js';

const questionDeadlineMs = 5_000;

/** The provider, as the engine sees it. */
@Injectable()
export class TokenEndpointService implements TokenEndpoint<RefreshFacts> {
  private readonly logger = new Logger(TokenEndpointService.name);

  constructor(
    private readonly outbound: OutboundClient,
    private readonly orphans: OrphansService,
  ) {}

  /** Never cancelled by whoever asked for it. */
  async send(attempt: Attempt, holds: () => boolean): Promise<RawAnswer> {
    const { facts, timing } = attempt;
    const fetch = this.outbound.asFetch({
      deadlineMs: timing.deadlineMs,
      // A stale kept-alive socket makes an ambiguity where a rotating token can least bear one.
      freshSocket: facts.renewal.rotation.mode !== 'none',
      beforeWrite: holds,
    });
    const wire = { fetch, now: () => new Date() };
    const { failures } = facts.provider!;
    return trySecrets(clientsOf(facts), failures, (client) => tokenRequest(facts, client, wire));
  }

  read(attempt: Attempt, raw: RawAnswer): InterpretedAnswer {
    const { tokens, failures } = attempt.facts.provider!;
    return interpretTokenAnswer({ tokens, failures, raw, slot: attempt.slot });
  }

  /** RFC 7662, or UserInfo: what tells a lost answer from a lost request. */
  async ask(attempt: Attempt, of: 'access_token' | 'refresh_token'): Promise<'alive' | 'dead' | 'unknown'> {
    const { facts } = attempt;
    const token = of === 'refresh_token' ? facts.refreshToken : accessTokenOf(attempt);
    const { introspection, server, format } = facts.provider!;
    const wire = { fetch: this.outbound.asFetch({ deadlineMs: questionDeadlineMs }), now: () => new Date() };
    if (token === undefined) return 'unknown';
    try {
      if (!introspection) {
        if (of === 'refresh_token' || !server.endpoints.userinfo) return 'unknown';
        return interpretUserinfo(await sendUserinfo({ server, accessToken: token, wire }));
      }
      const raw = await sendIntrospection({
        server,
        client: facts.clients[0]!,
        format,
        token,
        tokenTypeHint: of,
        wire,
      });
      return interpretIntrospection(raw).active ? 'alive' : 'dead';
    } catch (error) {
      this.logger.debug({ err: error, attempt: attempt.id }, 'the provider did not say');
      return 'unknown';
    }
  }

  settleOrphan(open: OpenAttempt, sealed: Buffer): Promise<string> {
    return this.orphans.settle(open, sealed);
  }
}

type Wire = Parameters<typeof sendRefresh>[0]['wire'];

function tokenRequest(facts: RefreshFacts, client: OAuthClient, wire: Wire): Promise<RawAnswer> {
  const { provider, refreshToken, row } = facts;
  const { server, format, authorization } = provider!;
  const resource = authorization.resourceParameter ? row.resource : [];
  if (refreshToken !== undefined)
    return sendRefresh({ server, client, format, refreshToken, resource, wire });
  const { scopesRequested: scopes } = row;
  const { scopeSeparator } = authorization;
  return sendClientCredentials({ server, client, format, scopes, scopeSeparator, resource, wire });
}

function clientsOf({ clients }: RefreshFacts): [OAuthClient, ...OAuthClient[]] {
  const [first, ...rest] = clients;
  return [first!, ...rest];
}

function accessTokenOf({ connection, slot, generation, facts }: Attempt): string | undefined {
  const { cipher, row } = facts;
  if (!row.sealedAccessToken) return undefined;
  return cipher
    .open({ connection, slot, generation, part: 'access' }, row.sealedAccessToken)
    .toString('utf8');
}
