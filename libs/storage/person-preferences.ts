import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

export interface StoredPreferences {
  preferences: Record<string, unknown>;
  version: number;
}

/** How people like the dashboard: theirs alone, in every workspace. */
@Injectable()
export class PersonPreferences {
  constructor(private readonly database: Database) {}

  async find(person: string): Promise<StoredPreferences | undefined> {
    const rows = await this.database.acrossWorkspaces<StoredPreferences>(
      `SELECT preferences, version FROM person_preferences WHERE person_id = $1`,
      [person],
    );
    return rows[0];
  }

  /** Answers the new version; undefined where they are not of `version` any more (0: there are none). */
  async put(
    person: string,
    preferences: Record<string, unknown>,
    version?: number,
  ): Promise<number | undefined> {
    const rows = await this.database.acrossWorkspaces<{ version: number }>(
      `WITH wish AS (SELECT $1::text AS person_id, $2::jsonb AS preferences, $3::integer AS version),
       changed AS (
         UPDATE person_preferences p SET preferences = w.preferences, version = p.version + 1, updated_at = now()
         FROM wish w WHERE p.person_id = w.person_id AND (w.version IS NULL OR p.version = w.version) RETURNING p.version
       ), made AS (
         INSERT INTO person_preferences (person_id, preferences) SELECT w.person_id, w.preferences FROM wish w
         WHERE coalesce(w.version, 0) = 0 AND NOT EXISTS (SELECT FROM person_preferences p WHERE p.person_id = w.person_id)
         ON CONFLICT DO NOTHING RETURNING version
       ) SELECT version FROM changed UNION ALL SELECT version FROM made`,
      [person, JSON.stringify(preferences), version ?? null],
    );
    return rows[0]?.version;
  }
}
