import { Injectable, Logger } from '@nestjs/common';
import {
  interpretIntrospection,
  refutedByUserinfo,
  sendIntrospection,
  sendUserinfo,
  trySecrets,
  type TokenFound,
} from '#oauth';
import { OutboundClient } from '#outbound';
import { HoldsService } from './holds.service.js';
import type { Kind, Work } from './item-work.service.js';

const deadlineMs = 10_000;
/** Before a revocation: it must not wait long for an answer that only helps to verify it. */
const beforehandMs = 2_000;

/** Asks a provider whether tokens live. Asking is no use of them. */
@Injectable()
export class QuestionsService {
  private readonly logger = new Logger(QuestionsService.name);

  constructor(
    private readonly outbound: OutboundClient,
    private readonly holds: HoldsService,
  ) {}

  /** `null`: there is no such token. */
  async ask(work: Work, kind: Kind): Promise<TokenFound | null> {
    const opened = work.tokens[kind];
    const { provider, clients, item } = work;
    if (opened === undefined) return null;
    if (opened === 'unreadable' || !provider) return 'not_askable';
    if (provider.introspection && clients.length > 0) return this.introspect(work, opened.token, kind);
    // A refusal means nothing where it refused the token all along (an audience of its own, a scope that is missing).
    const askable = kind === 'access_token' && provider.server.endpoints.userinfo && item.userinfoAccepts;
    return askable ? this.userinfo(work, opened.token, deadlineMs) : 'not_askable';
  }

  /** Whether UserInfo takes the access token now; undefined where nobody will want to know, or it does not say. */
  async userinfoAccepts(work: Work): Promise<boolean | undefined> {
    const { provider, tokens, item } = work;
    const opened = tokens.access_token;
    const wanted = provider?.server.endpoints.userinfo && !provider.introspection;
    if (!wanted || item.userinfoAccepts !== null || item.attempts > 1) return undefined;
    if (opened === undefined || opened === 'unreadable') return undefined;
    const found = await this.userinfo(work, opened.token, beforehandMs);
    return found === 'unknown' ? undefined : found === 'alive';
  }

  private async introspect(work: Work, token: string, kind: Kind): Promise<'alive' | 'dead' | 'unknown'> {
    const { provider, clients, item } = work;
    const { server, format, failures } = provider!;
    const [first, ...rest] = clients;
    try {
      const wire = { fetch: this.outbound.asFetch({ deadlineMs }), now: () => new Date() };
      const raw = await trySecrets([first!, ...rest], failures, (client) =>
        sendIntrospection({ server, client, format, token, tokenTypeHint: kind, wire }),
      );
      if (raw.status >= 400) await this.holds.note(work, raw);
      return interpretIntrospection(raw).active ? 'alive' : 'dead';
    } catch (error) {
      this.logger.debug({ err: error, item: item.id }, 'the provider did not say');
      return 'unknown';
    }
  }

  private async userinfo(
    { provider, item }: Work,
    accessToken: string,
    withinMs: number,
  ): Promise<'alive' | 'dead' | 'unknown'> {
    const { server } = provider!;
    try {
      const wire = { fetch: this.outbound.asFetch({ deadlineMs: withinMs }), now: () => new Date() };
      return refutedByUserinfo(await sendUserinfo({ server, accessToken, wire }));
    } catch (error) {
      this.logger.debug({ err: error, item: item.id }, 'the provider did not say');
      return 'unknown';
    }
  }
}
