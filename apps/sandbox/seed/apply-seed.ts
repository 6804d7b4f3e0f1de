import type Provider from 'oidc-provider';
import { errors, type Client, type ClientMetadata } from 'oidc-provider';
import type { Records } from '../store/records.js';
import type { Users } from '../users/users.js';
import type { Seed } from './seed-file.js';

interface Parts {
  provider: Provider;
  records: Records;
  users: Users;
}

/** As registration makes a client; its types know no constructor. */
type ClientFrom = new (metadata: ClientMetadata) => Client;

/** Puts the users and clients in place: by login and client_id, whatever was there before. Clients are judged before anything is written. */
export async function applySeed({ users, clients }: Seed, parts: Parts): Promise<void> {
  const judged = clients.map((metadata, index) => judge(parts.provider, metadata, index));
  for (const { login, ...input } of users) await parts.users.put(login, input);
  for (const client of judged) parts.records.upsert('Client', client.client_id, client);
}

function judge(provider: Provider, metadata: ClientMetadata, index: number): ClientMetadata {
  try {
    return new (provider.Client as unknown as ClientFrom)(metadata).metadata();
  } catch (cause) {
    if (!(cause instanceof errors.OIDCProviderError)) throw cause;
    throw new Error(`SANDBOX_SEED_FILE: clients.${index}: ${cause.error_description ?? cause.message}`, {
      cause,
    });
  }
}
