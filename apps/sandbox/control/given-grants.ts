import type Provider from 'oidc-provider';
import type { FirstTokens } from '../rotation/first-tokens.js';
import type { Lineage } from '../rotation/lineage.js';
import type { Records } from '../store/records.js';
import type { SandboxDatabase } from '../store/sandbox-database.js';
import { tokenHash } from '../store/token-hash.js';

interface Parts {
  provider: Provider;
  database: SandboxDatabase;
  records: Records;
  lineage: Lineage;
}

export interface GivenGrant {
  grant: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** Grants without a browser and its pages: as many as a trial needs, as if users had consented to each. */
export class GivenGrants {
  constructor(private readonly parts: Parts) {}

  /** Nothing when there is no such client. */
  async give(
    clientId: string,
    { sub, scope, count }: { sub: string; scope: string; count: number },
  ): Promise<GivenGrant[] | undefined> {
    const { provider, records, database } = this.parts;
    const client = await provider.Client.find(clientId);
    if (!client) return undefined;
    const { result, save } = await records.staged(async () => {
      const given: GivenGrant[] = [];
      while (given.length < count) given.push(await this.giveOne(client, sub, scope));
      return given;
    });
    database.transaction(() => {
      save();
      for (const one of result) this.note(one);
    });
    return result;
  }

  private async giveOne(client: FirstTokens['client'], sub: string, scope: string): Promise<GivenGrant> {
    const { provider } = this.parts;
    const grant = new provider.Grant({ accountId: sub, clientId: client.clientId });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const shared = {
      ...{ client, accountId: sub, grantId, scope, gty: 'authorization_code' },
      expiresWithSession: false,
    };
    const access = new provider.AccessToken(shared);
    const refresh = new provider.RefreshToken({ ...shared, rotations: 0 });
    return {
      grant: grantId,
      access_token: await access.save(),
      refresh_token: await refresh.save(),
      expires_in: access.expiration,
    };
  }

  private note({ grant, access_token: access, refresh_token: refresh }: GivenGrant): void {
    this.parts.lineage.add('refresh_token', refresh, grant, null);
    this.parts.lineage.add('access_token', access, grant, tokenHash(refresh));
  }
}
