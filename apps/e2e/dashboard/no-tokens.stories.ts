import { chromiumTest } from '#testing';
import type { OpenDashboard } from './open-dashboard.js';
import { sha256 } from './watched-page.js';

interface Minted {
  minted?: Record<string, string>;
}

/** Of all that was sent to all pages of all stories before. */
export function noTokensStories(dashboard: () => OpenDashboard): void {
  chromiumTest('sent no page a token that the provider ever gave', async () => {
    const { received, control, api } = dashboard();
    const { id } = dashboard().connectionsOf('steady').connections[2]!;
    await api.post(`/v1/connections/${id}/refresh`);
    const { body: token } = await api.get<{ access_token: string }>(`/v1/connections/${id}/token`);
    const { body } = await control.get<{ data: Minted[] }>('/ledger?endpoint=all');
    const minted = new Set(body.data.flatMap((entry) => Object.values(entry.minted ?? {})));
    // It would be found: what we read is among what was given, and what a page showed among what it was sent.
    expect(minted).toContain(sha256(token.access_token));
    expect(received).toContain(sha256(id));
    expect([...minted].filter((hash) => received.has(hash))).toEqual([]);
    expect(received).not.toContain(sha256(dashboard().system.bootstrap.api_key));
  });
}
