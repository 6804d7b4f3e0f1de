import { Injectable } from '@nestjs/common';
import { refreshableStates, readRefusal, type ConnectionState } from '#oauth';
import { Problem } from '#platform';
import { Vault } from '#vault';
import type { Reader } from '../usage/read-counts.js';
import { UsageService } from '../usage/usage.service.js';
import { OnDemandRefreshesService, waitProblem, type WaitEnd } from './on-demand-refreshes.service.js';
import { decide, hasToken, readProblem, slotOf, type StoredToken } from './read-token.js';
import type { RefreshedView, TokenView } from './token.dto.js';
import { TokenLookupService } from './token-lookup.service.js';

interface Wish {
  workspace: string;
  connection: string;
  slot: string | undefined;
}

interface ReadWish extends Wish {
  minTtlMs: number | undefined;
  reader: Reader;
}

/** Hands out access tokens, renewed first where that is needed. */
@Injectable()
export class TokensService {
  constructor(
    private readonly lookup: TokenLookupService,
    private readonly refreshes: OnDemandRefreshesService,
    private readonly vault: Vault,
    private readonly usage: UsageService,
  ) {}

  /** @throws Problem one of http-api's problems of a token read */
  async read(wish: ReadWish): Promise<TokenView> {
    const { workspace, connection, slot, minTtlMs } = wish;
    const row = slotOf(await this.lookup.find(workspace, connection), connection, slot);
    const decision = decide(row, { minTtlMs, renewalTried: false });
    if (decision.do === 'problem') throw readProblem(decision.slug, row);
    if (!hasToken(row)) throw readProblem('connection-pending', row);
    if (decision.do === 'serve') return this.serve(wish, row);
    return this.serveRenewed(wish, await this.refreshes.wait(workspace, row));
  }

  /** Renews now, whatever life is left. */
  async refresh(wish: Wish): Promise<RefreshedView> {
    const { workspace, connection, slot } = wish;
    const row = slotOf(await this.lookup.find(workspace, connection), connection, slot);
    this.refuseUnrenewable(row);
    const end = await this.refreshes.wait(workspace, row);
    const now = slotOf(await this.lookup.find(workspace, connection), connection, row.slot);
    if (!hasToken(now) || now.generation === row.generation) throw unrenewed(now, end);
    const own = end.how !== 'ended' || end.ended.outcome === 'refreshed';
    return {
      outcome: own ? 'refreshed' : 'superseded',
      generation: now.generation,
      expires_at: now.expiresAt?.toISOString() ?? null,
    };
  }

  private async serveRenewed(wish: ReadWish, end: WaitEnd): Promise<TokenView> {
    const { workspace, connection, slot, minTtlMs } = wish;
    const row = slotOf(await this.lookup.find(workspace, connection), connection, slot);
    const decision = decide(row, { minTtlMs, renewalTried: true });
    if (decision.do === 'serve' && hasToken(row)) return this.serve(wish, row);
    const slug = decision.do === 'problem' ? decision.slug : 'provider-unavailable';
    throw (slug === 'provider-unavailable' && waitProblem(end)) || readProblem(slug, row);
  }

  private async serve({ workspace, reader }: ReadWish, row: StoredToken): Promise<TokenView> {
    const { connectionId: connection, slot, generation, sealedAccessToken: sealed } = row;
    if (sealed === null) throw new Error(`token set of ${connection} has no sealed access token`);
    const cipher = await this.vault.cipherFor(workspace);
    const token = cipher.open({ connection, slot, generation, part: 'access' }, sealed).toString('utf8');
    this.usage.count(workspace, connection, reader, row.readAt);
    return {
      access_token: token,
      token_type: row.tokenType ?? 'Bearer',
      expires_at: row.expiresAt?.toISOString() ?? null,
      scope: row.scope ?? '',
      generation,
    };
  }

  private refuseUnrenewable(row: ReturnType<typeof slotOf>): asserts row is StoredToken {
    const refusal = readRefusal(row.state as ConnectionState);
    if (refusal) throw readProblem(refusal, row);
    if (row.integrationState === 'paused') throw readProblem('integration-paused', row);
    if (!hasToken(row) || !row.renewable || !refreshableStates.includes(row.state as ConnectionState))
      throw new Problem('needs-reauthorization', 'It has no refresh token: only a new consent renews it.');
  }
}

function unrenewed(row: ReturnType<typeof slotOf>, end: WaitEnd): Problem {
  const refusal = readRefusal(row.state as ConnectionState);
  if (refusal) return readProblem(refusal, row);
  if (row.integrationState === 'paused') return readProblem('integration-paused', row);
  return waitProblem(end) ?? readProblem('provider-unavailable', row);
}
