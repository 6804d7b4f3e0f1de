import type Provider from 'oidc-provider';
import { errors, type Client, type Session } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Records } from '../store/records.js';
import type { User } from '../users/users.js';

/** Its types do not know the method that its own logout uses. */
type ToldClient = Client & { backchannelLogout(sub: string, sid: string | undefined): Promise<void> };

export interface SignedOut {
  sessions: number;
  /** Clients that took the logout token, and those that did not. */
  clients_told: number;
  clients_failed: number;
}

/** Ends people's sessions from here, as an identity provider's administrator does (OpenID Connect Back-Channel Logout 1.0). */
export class SignOuts {
  private readonly provider: Provider;
  private readonly records: Records;
  private readonly log: Logger;

  constructor(parts: { provider: Provider; records: Records; log: Logger }) {
    ({ provider: this.provider, records: this.records, log: this.log } = parts);
  }

  /** Ends the sessions first: no client that was told can be let in again by one of them. */
  async signOut({ sub }: User): Promise<SignedOut> {
    const sessions = await this.sessionsOf(sub);
    await Promise.all(sessions.map((session) => session.destroy()));
    const told = (await Promise.all(sessions.map((session) => this.tellClients(session, sub)))).flat();
    return {
      sessions: sessions.length,
      clients_told: told.filter(Boolean).length,
      clients_failed: told.filter((one) => !one).length,
    };
  }

  private async sessionsOf(sub: string): Promise<Session[]> {
    const ids = this.records
      .list('Session')
      .filter(({ payload }) => payload.accountId === sub)
      .map(({ id }) => id);
    const found = await Promise.all(ids.map((id) => this.provider.Session.find(id)));
    return found.filter((session) => session !== undefined);
  }

  private async tellClients(session: Session, sub: string): Promise<boolean[]> {
    const told = Object.keys(session.authorizations ?? {}).map(async (id) => {
      const client = await this.clientOf(id);
      return client?.backchannelLogoutUri ? [await this.tell(client, sub, session.sidFor(id))] : [];
    });
    return (await Promise.all(told)).flat();
  }

  private async tell(client: ToldClient, sub: string, sid: string | undefined): Promise<boolean> {
    try {
      await client.backchannelLogout(sub, sid);
      return true;
    } catch (error) {
      this.log.warn({ err: error, client: client.clientId }, 'a client was not told of a logout');
      return false;
    }
  }

  private async clientOf(id: string): Promise<ToldClient | undefined> {
    try {
      return (await this.provider.Client.find(id)) as ToldClient | undefined;
    } catch (error) {
      // Stored, and not valid any more.
      if (error instanceof errors.InvalidClient) return undefined;
      throw error;
    }
  }
}
