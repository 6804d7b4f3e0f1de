import type { AdapterPayload } from 'oidc-provider';
import { ledgerEntry } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PairedGrants, Pairing } from '../rotation/paired-grants.js';
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
  /** Of a persona with dual tokens: which of the two pairs this is, and the other one's grant. */
  slot: 'default' | Pairing['slot'];
  paired_with: string | null;
  access_tokens: number;
  refresh_tokens: number;
}

/** The grants that users have given, as the control API shows and ends them. */
export class Grants {
  private readonly records: Records;
  private readonly users: Users;
  private readonly ledger: Ledger;
  private readonly pairedGrants: PairedGrants;

  constructor(parts: { records: Records; users: Users; ledger: Ledger; pairedGrants: PairedGrants }) {
    ({
      records: this.records,
      users: this.users,
      ledger: this.ledger,
      pairedGrants: this.pairedGrants,
    } = parts);
  }

  list(filter: { login?: string | undefined; client?: string | undefined }): GrantView[] {
    return this.records
      .list('Grant')
      .map(({ id, payload }) => this.view(id, payload))
      .filter(({ login }) => filter.login === undefined || filter.login === login)
      .filter(({ client }) => filter.client === undefined || filter.client === client)
      .toSorted((one, other) => one.created_at.localeCompare(other.created_at));
  }

  /** As if the user had left: the grant, and the one paired with it, die with all their tokens. Nothing when there is no such grant. */
  revoke(id: string): Killed[] | undefined {
    const grant = this.records.find('Grant', id);
    if (!grant) return undefined;
    const paired = this.pairedGrants.of(id)?.pairedWith;
    const killed: Killed[] = [];
    killScope.run({ why: 'user_left', killed }, () => {
      this.records.killFamily(id, 'user_left');
      if (paired) this.records.killFamily(paired, 'user_left');
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
    const pairing = this.pairedGrants.of(id);
    return {
      id,
      client: grant.clientId ?? '',
      login: this.users.findBySub(grant.accountId ?? '')?.login ?? null,
      sub: grant.accountId ?? '',
      scope,
      created_at: new Date(Number(grant.iat) * 1000).toISOString(),
      slot: pairing?.slot ?? 'default',
      paired_with: pairing?.pairedWith ?? null,
      access_tokens: this.records.liveTokens('AccessToken', id),
      refresh_tokens: this.records.liveTokens('RefreshToken', id),
    };
  }
}
