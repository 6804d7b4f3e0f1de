import type { AdapterPayload } from 'oidc-provider';
import { ledgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import { killScope, type Killed } from '../store/kill-scope.js';
import type { Records } from '../store/records.js';
import type { Users } from '../users/users.js';

export interface GrantView {
  id: string;
  client: string;
  login: string | null;
  sub: string;
  scope: string;
  created_at: string;
  access_tokens: number;
  refresh_tokens: number;
}

/** The grants that users have given, as the control API shows and ends them. */
export class Grants {
  constructor(
    private readonly records: Records,
    private readonly users: Users,
    private readonly ledger: Ledger,
  ) {}

  list(filter: { login?: string | undefined; client?: string | undefined }): GrantView[] {
    return this.records
      .list('Grant')
      .map(({ id, payload }) => this.view(id, payload))
      .filter(({ login }) => filter.login === undefined || filter.login === login)
      .filter(({ client }) => filter.client === undefined || filter.client === client)
      .toSorted((one, other) => one.created_at.localeCompare(other.created_at));
  }

  /** As if the user had left: the grant and all its tokens die. Nothing when there is no such grant. */
  async revoke(id: string): Promise<Killed[] | undefined> {
    const grant = this.records.find('Grant', id);
    if (!grant) return undefined;
    const killed: Killed[] = [];
    await killScope.run({ why: 'user_left', killed }, async () => {
      this.records.destroy('Grant', id);
      await this.records.adapterFor('RefreshToken').revokeByGrantId(id);
    });
    this.recordRevocation(id, grant, killed);
    return killed;
  }

  private recordRevocation(id: string, { clientId, accountId }: AdapterPayload, killed: Killed[]): void {
    const entry = this.ledger.begin(
      ledgerEntry({
        endpoint: 'control',
        client: clientId ?? null,
        grant: id,
        sub: accountId ?? null,
        decided_at: new Date().toISOString(),
        outcome: 'granted',
        status: 200,
        killed,
      }),
    );
    this.ledger.save(entry);
  }

  private view(id: string, grant: AdapterPayload): GrantView {
    const scope = (grant as { openid?: { scope?: string } }).openid?.scope ?? '';
    return {
      id,
      client: grant.clientId ?? '',
      login: this.users.findBySub(grant.accountId ?? '')?.login ?? null,
      sub: grant.accountId ?? '',
      scope,
      created_at: new Date(Number(grant.iat) * 1000).toISOString(),
      access_tokens: this.records.liveTokens('AccessToken', id),
      refresh_tokens: this.records.liveTokens('RefreshToken', id),
    };
  }
}
