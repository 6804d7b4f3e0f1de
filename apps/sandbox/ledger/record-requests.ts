import type Provider from 'oidc-provider';
import { oauthRequestOf } from '../http/identify-request.js';
import type { Context, Middleware } from '../http/middleware.js';
import type { Lineage } from '../rotation/lineage.js';
import { killScope, type Killed, type KillReason } from '../store/kill-scope.js';
import type { Records } from '../store/records.js';
import { tokenHash } from '../store/token-hash.js';
import { ledgerEntry, type LedgerEndpoint, type LedgerEntry } from './ledger-entry.js';
import type { Ledger } from './ledger.js';

const reasons: Partial<Record<string, { endpoint: LedgerEndpoint; why: KillReason }>> = {
  token: { endpoint: 'token', why: 'replayed' },
  revocation: { endpoint: 'revocation', why: 'revoked' },
  introspection: { endpoint: 'introspection', why: 'revoked' },
};
const modelOfKind: Readonly<Record<string, string[]>> = {
  refresh_token: ['RefreshToken'],
  authorization_code: ['AuthorizationCode'],
  device_code: ['DeviceCode'],
  token: ['RefreshToken', 'AccessToken'],
};
const entries = new WeakMap<object, LedgerEntry>();
const now = (): string => new Date().toISOString();

export const ledgerEntryOf = (ctx: Context): LedgerEntry | undefined => entries.get(ctx);

/** Writes the request down as it comes in, and at the end whether a fault took the provider's place. */
export function recordArrivals(ledger: Ledger, records: Records, lineage: Lineage): Middleware {
  return async (ctx, next) => {
    const request = oauthRequestOf(ctx);
    const kept = request && reasons[request.endpoint];
    const isCall = ctx.method === 'POST' || (ctx.method === 'DELETE' && kept?.endpoint === 'revocation');
    if (!request || !kept || !isCall) return next();
    const { presented } = request;
    const hash = presented && tokenHash(presented.value);
    const entry = ledger.begin(
      ledgerEntry({
        endpoint: kept.endpoint,
        client: request.client ?? null,
        grant_type: request.grantType ?? null,
        grant: (presented && grantOf(presented, { ledger, records, lineage })) ?? null,
        presented: presented && hash ? { kind: presented.kind, hash } : null,
      }),
    );
    entries.set(ctx, entry);
    try {
      return await next();
    } finally {
      const undecided = entry.outcome === 'in_flight';
      if (undecided) Object.assign(entry, { outcome: 'faulted', decided_at: now(), status: ctx.status });
      // Otherwise it is saved as decided, and a fault can only have thrown its answer away.
      if (undecided || !entry.answered) ledger.save(entry);
    }
  };
}

/** Writes down what the provider decided, before any fault can keep the answer from the client. */
export function recordDecisions(ledger: Ledger, provider: Provider): Middleware {
  provider.on('grant.error', noteReason);
  provider.on('revocation.error', noteReason);
  provider.on('introspection.error', noteReason);
  return async (ctx, next) => {
    const entry = entries.get(ctx);
    const why = entry && reasons[entry.endpoint]?.why;
    if (!entry || !why) return next();
    const killed: Killed[] = [];
    await killScope.run({ why, killed }, next);
    entry.killed = killed;
    readDecision(entry, ctx);
    ledger.save(entry);
  };
}

function grantOf(
  { kind, value }: { kind: string; value: string },
  { ledger, records, lineage }: { ledger: Ledger; records: Records; lineage: Lineage },
): string | null {
  for (const model of modelOfKind[kind] ?? []) {
    const grant = records.find(model, value)?.grantId;
    if (grant) return grant;
  }
  const hash = tokenHash(value);
  return lineage.of(hash)?.grant ?? ledger.grantOfRefreshToken(hash);
}

function noteReason(ctx: object, error: { error_detail?: string | undefined }): void {
  const entry = entries.get(ctx);
  if (entry) entry.reason = error.error_detail ?? null;
}

function readDecision(entry: LedgerEntry, ctx: Context): void {
  const body = (typeof ctx.body === 'object' && ctx.body !== null ? ctx.body : {}) as Record<string, unknown>;
  const entities = (ctx as { oidc?: { entities?: Record<string, Record<string, unknown>> } }).oidc?.entities;
  const granted = ctx.status < 400;
  entry.decided_at = now();
  entry.status = ctx.status;
  entry.outcome = granted ? 'granted' : 'refused';
  entry.error = typeof body['error'] === 'string' ? body['error'] : null;
  entry.client = text(entities?.['Client']?.['clientId']) ?? entry.client;
  entry.grant = text(entities?.['Grant']?.['jti']) ?? entry.grant;
  entry.sub = text(entities?.['Account']?.['accountId']);
  if (entry.endpoint !== 'token' || !granted || entry.replay === 'same_answer') return;
  entry.minted = mintedIn(body, entry.presented?.hash);
  const grant = text(entities?.['PairedGrant']?.['jti']);
  if (grant) entry.minted.authed_user = { grant, ...mintedIn(body['authed_user'] as object) };
}

/** The hashes of the tokens in an answer; the one that was presented may be among them, and is not new. */
function mintedIn(body: object, presented?: string): LedgerEntry['minted'] {
  const minted: LedgerEntry['minted'] = {};
  for (const kind of ['access_token', 'refresh_token', 'id_token'] as const) {
    const token = text((body as Record<string, unknown>)[kind]);
    const hash = token === null ? undefined : tokenHash(token);
    if (hash && hash !== presented) minted[kind] = hash;
  }
  return minted;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
