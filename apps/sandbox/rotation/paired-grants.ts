import type { SandboxDatabase } from '../store/sandbox-database.js';

export interface Pairing {
  pairedWith: string;
  /** As Slack calls the two: the first pair of tokens of an answer is the bot's. */
  slot: 'bot' | 'user';
}

/** The grants of one authorization that gave two pairs of tokens: each pair is a family of its own. */
export class PairedGrants {
  constructor(private readonly database: SandboxDatabase) {}

  pair(bot: string, user: string): void {
    const sql = 'INSERT OR REPLACE INTO paired_grant (grant_id, paired_with, slot) VALUES (?, ?, ?)';
    this.database.run(sql, bot, user, 'bot');
    this.database.run(sql, user, bot, 'user');
  }

  of(grant: string): Pairing | undefined {
    const row = this.database.row('SELECT paired_with, slot FROM paired_grant WHERE grant_id = ?', grant);
    return row && { pairedWith: row['paired_with'] as string, slot: row['slot'] as Pairing['slot'] };
  }
}
