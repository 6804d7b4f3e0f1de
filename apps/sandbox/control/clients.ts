import type { AdapterPayload } from 'oidc-provider';
import type { Records } from '../store/records.js';

/** The registered clients, as the control API shows and changes them. Secrets are never shown. */
export class Clients {
  constructor(private readonly records: Records) {}

  list(): Record<string, unknown>[] {
    return this.records.list('Client').map(({ payload }) => view(payload));
  }

  find(id: string): Record<string, unknown> | undefined {
    const client = this.records.find('Client', id);
    return client && view(client);
  }

  /** Changes persona or secret; nothing when there is no such client. */
  change(id: string, change: { persona?: string | undefined; client_secret?: string | undefined }) {
    const client = this.records.find('Client', id);
    if (!client) return undefined;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.records.upsert('Client', id, { ...client, ...given });
    return this.find(id);
  }

  delete(id: string): boolean {
    const known = this.records.find('Client', id) !== undefined;
    this.records.destroy('Client', id);
    return known;
  }
}

function view(client: AdapterPayload): Record<string, unknown> {
  const { client_secret: _, persona = 'default', ...shown } = client as Record<string, unknown>;
  return { ...shown, persona };
}
