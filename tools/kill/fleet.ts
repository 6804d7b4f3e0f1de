import { createHash } from 'node:crypto';
import type { RotationMode } from '#oauth';
import { seedConnection, seedTokens } from '#testing';
import type { LedgerEntry } from '../../apps/sandbox/ledger/ledger-entry.js';
import { SandboxClient, type TokenAnswer } from '../../apps/sandbox/testing/sandbox-client.js';
import { ScriptedBrowser } from '../../apps/sandbox/testing/scripted-browser.js';
import { user, type Surroundings } from './surroundings.js';

/** One connection, and what the provider knows it by. */
export interface Member {
  connection: string;
  grant: string;
}

/** How long the window of B, C and D stays open. */
const graceSeconds = 30;
const personas: Record<RotationMode, string> = {
  none: 'no-rotation',
  A: 'default',
  B: 'rotation-b',
  C: 'rotation-c',
  D: 'rotation-d',
  E: 'rotation-e',
};

/** Connections of one integration with a client of one mode of rotation, refreshed again and again. */
export class Fleet {
  readonly members = new Map<string, Member>();
  private integration: string | undefined;
  private readAsFarAs = 0;

  private constructor(
    readonly mode: RotationMode,
    private readonly around: Surroundings,
    private readonly client: SandboxClient,
    private readonly browser: ScriptedBrowser,
  ) {}

  static async gather(mode: RotationMode, around: Surroundings): Promise<Fleet> {
    const client = await SandboxClient.register(around.origin, {
      persona: personas[mode],
      token_endpoint_auth_method: 'none',
    });
    return new Fleet(mode, around, client, new ScriptedBrowser(around.origin));
  }

  /** Authorizes as many as are missing. */
  async fill(size: number): Promise<void> {
    const answers: TokenAnswer[] = [];
    while (this.members.size + answers.length < size)
      answers.push(await this.client.connect({ browser: this.browser, ...user }));
    if (answers.length === 0) return;
    const grants = new Map((await this.news()).map(({ minted, grant }) => [minted.refresh_token, grant]));
    for (const { body } of answers) await this.add(body, grants.get(sha256(body.refresh_token))!);
  }

  /** What the provider wrote down about this client since the last look. */
  async news(): Promise<LedgerEntry[]> {
    const entries = await this.peek();
    this.readAsFarAs = entries.at(-1)?.id ?? this.readAsFarAs;
    return entries;
  }

  /** The provider is done with all that was sent so far. */
  async providerIsQuiet(): Promise<void> {
    for (let before = -1; ;) {
      const entries = await this.peek();
      if (entries.length === before && entries.every(({ outcome }) => outcome !== 'in_flight')) return;
      before = entries.length;
      await new Promise((again) => setTimeout(again, 30));
    }
  }

  remove({ connection }: Member): void {
    this.members.delete(connection);
  }

  /** The same, and what is new stays new. */
  async peek(): Promise<LedgerEntry[]> {
    const path = `/ledger?client=${this.client.id}&after=${this.readAsFarAs}`;
    return (await this.around.control.get<{ data: LedgerEntry[] }>(path)).body.data;
  }

  private async add(tokens: TokenAnswer['body'], grant: string): Promise<void> {
    const { database, workspace, cipher } = this.around;
    const seed = { workspace, provider: 'sandbox', integration: this.integration, dueInMs: null };
    const seeded = await seedConnection(database, seed);
    await seedTokens(database, seeded, {
      cipher,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
    });
    if (this.integration === undefined) await this.describe(seeded.integration);
    this.integration = seeded.integration;
    this.members.set(seeded.connection, { connection: seeded.connection, grant });
  }

  private async describe(integration: string): Promise<void> {
    const { mode } = this;
    const windowed = ['B', 'C', 'D'].includes(mode);
    const settings = { rotation: { mode, ...(windowed && { grace_seconds: graceSeconds }) } };
    await this.around.database.query(
      `UPDATE integration SET client_id = $2, token_endpoint_auth_method = 'none', settings = $3 WHERE id = $1`,
      [integration, this.client.id, settings],
    );
  }
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
