import { AsyncLocalStorage } from 'node:async_hooks';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { killScope, type KillReason } from './kill-scope.js';
import type { Row, SandboxDatabase } from './sandbox-database.js';
import { tokenHash } from './token-hash.js';

/** Kinds whose id is the secret itself, found by it alone: stored by hash. (A device code is also found by its user code.) */
const hashedKinds = new Set([
  'AccessToken',
  'RefreshToken',
  'AuthorizationCode',
  'ClientCredentials',
  'RegistrationAccessToken',
]);
const tokenKinds: Readonly<Record<string, string>> = {
  AccessToken: 'access_token',
  ClientCredentials: 'access_token',
  RefreshToken: 'refresh_token',
};
/** Expired tokens are kept this long, so that the answer can say "expired" instead of "not found". */
const keptAfterExpirySeconds = 86_400;
const epoch = (): number => Math.floor(Date.now() / 1000);

type Upsert = Parameters<Records['upsert']>;

/** oidc-provider's records of every model, in SQLite. */
export class Records {
  private readonly staging = new AsyncLocalStorage<Upsert[]>();

  constructor(private readonly database: SandboxDatabase) {}

  adapterFor = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const staged = this.staging.getStore();
      if (staged) staged.push([model, id, payload, expiresIn]);
      else this.upsert(model, id, payload, expiresIn);
    },
    find: async (id) => this.find(model, id),
    findByUid: async (uid) => this.payload(this.database.row(`${select} model = ? AND uid = ?`, model, uid)),
    findByUserCode: async (code) =>
      this.payload(this.database.row(`${select} model = ? AND user_code = ?`, model, code)),
    consume: async (id) => this.consume(model, id),
    destroy: async (id) => this.destroy(model, id),
    revokeByGrantId: async (grant) => this.killTokens('grant_id = ?', [grant]),
  });

  /** Does the work and answers what it would have saved, as one function that saves it: in one piece, or never. */
  async staged<T>(work: () => Promise<T>): Promise<{ result: T; save: () => void }> {
    const upserts: Upsert[] = [];
    const result = await this.staging.run(upserts, work);
    return { result, save: () => upserts.forEach((one) => this.upsert(...one)) };
  }

  find(model: string, id: string): AdapterPayload | undefined {
    const row = this.database.row(`${select} model = ? AND id = ?`, model, this.key(model, id));
    const payload = this.payload(row);
    return payload && hashedKinds.has(model) ? { ...payload, jti: id } : payload;
  }

  list(model: string): { id: string; payload: AdapterPayload }[] {
    return this.database
      .rows(`SELECT id, payload, consumed_at FROM record WHERE model = ? ORDER BY id`, model)
      .map((row) => ({ id: row['id'] as string, payload: this.payload(row) as AdapterPayload }));
  }

  upsert(model: string, id: string, payload: AdapterPayload, expiresIn?: number): void {
    const { consumed: _, ...kept } = payload;
    if (hashedKinds.has(model)) delete kept.jti;
    this.database.run(
      // consumed_at is left alone: saving a record again never makes it unspent.
      `INSERT INTO record (model, id, payload, grant_id, uid, user_code, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
         uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
      model,
      this.key(model, id),
      JSON.stringify(kept),
      payload.grantId ?? null,
      model === 'Session' ? (payload.uid ?? null) : null,
      payload.userCode ?? null,
      expiresIn === undefined ? null : epoch() + expiresIn,
    );
  }

  /** Spends a code or token. oidc-provider looks, then spends: of two that saw it unspent, this lets exactly one through. */
  consume(model: string, id: string): void {
    if (!this.spend(model, this.key(model, id))) throw new errors.InvalidGrant('already used');
    if (model === 'RefreshToken') this.report(model, tokenHash(id), 'rotated');
  }

  /** Spends a refresh token that nobody presents. */
  retireRefreshToken(hash: string, why: KillReason): void {
    if (this.spend('RefreshToken', hash)) this.report('RefreshToken', hash, why);
  }

  destroy(model: string, id: string): void {
    this.killTokens('model = ? AND id = ?', [model, this.key(model, id)]);
  }

  /** The grant dies, and all its tokens. */
  killFamily(grant: string, why: KillReason): void {
    this.killTokens('grant_id = ?', [grant], why);
    this.destroy('Grant', grant);
  }

  /** Kills one opaque token; JWTs live until they expire. */
  killToken(kind: 'access_token' | 'refresh_token', hash: string, why: KillReason): void {
    this.killTokens(
      'model = ? AND id = ?',
      [kind === 'access_token' ? 'AccessToken' : 'RefreshToken', hash],
      why,
    );
  }

  /** Kills the live opaque access tokens of a grant. */
  supersedeAccessTokens(grant: string): void {
    this.killTokens(`model = 'AccessToken' AND grant_id = ?`, [grant], 'superseded');
  }

  liveTokens(model: 'AccessToken' | 'RefreshToken', grant: string): number {
    const row = this.database.row(
      `SELECT count(*) AS live FROM record WHERE model = ? AND grant_id = ? AND consumed_at IS NULL AND expires_at > ?`,
      model,
      grant,
      epoch(),
    );
    return Number(row?.['live']);
  }

  purgeExpired(): void {
    this.database.run('DELETE FROM record WHERE expires_at < ?', epoch() - keptAfterExpirySeconds);
  }

  private spend(model: string, key: string): boolean {
    const spent = this.database.run(
      'UPDATE record SET consumed_at = ? WHERE model = ? AND id = ? AND consumed_at IS NULL',
      epoch(),
      model,
      key,
    );
    return spent.changes === 1;
  }

  private killTokens(condition: string, values: string[], why?: KillReason): void {
    const rows = this.database.rows(
      `DELETE FROM record WHERE ${condition} RETURNING model, id, consumed_at, expires_at`,
      ...values,
    );
    for (const row of rows) {
      const alive = row['consumed_at'] === null && Number(row['expires_at']) > epoch();
      if (alive) this.report(row['model'] as string, row['id'] as string, why);
    }
  }

  private report(model: string, hash: string, why?: KillReason): void {
    const scope = killScope.getStore();
    const kind = tokenKinds[model];
    if (scope && kind) scope.killed.push({ kind, hash, why: why ?? scope.why });
  }

  private key(model: string, id: string): string {
    return hashedKinds.has(model) ? tokenHash(id) : id;
  }

  private payload(row: Row | undefined): AdapterPayload | undefined {
    if (!row) return undefined;
    const payload = JSON.parse(row['payload'] as string) as AdapterPayload;
    return row['consumed_at'] === null ? payload : { ...payload, consumed: row['consumed_at'] };
  }
}

const select = 'SELECT id, payload, consumed_at FROM record WHERE';
