import { seedWorkspace, eventually, type ApiClient, type TestDatabase } from '#testing';
import { expect } from '@jest/globals';
import {
  personAt,
  seedConnections,
  type Job,
  type KillSwitchDrill,
  type Seeds,
} from '../kill-switch.fixture.js';
import { ReaperService } from './reaper.service.js';
import type { ReaperPolicyView } from './reaper.dto.js';

const policy = {
  ...{ dead_after_days: 30, dead_action: 'list', unread_after_days: 60, unread_action: 'list' },
  ...{ erase_after_days: 10, erase_action: 'list', daily_maximum: 100 },
};

/** A workspace of its own, with connections that are as old as is wished for. */
export class Graveyard {
  private constructor(
    readonly drill: KillSwitchDrill,
    readonly workspace: string,
    readonly api: ApiClient,
  ) {}

  static async dig(drill: KillSwitchDrill): Promise<Graveyard> {
    const { workspace, apiKey } = await seedWorkspace(drill.fixture.database);
    return new Graveyard(drill, workspace, drill.api.as(apiKey));
  }

  get database(): TestDatabase {
    return this.drill.fixture.database;
  }

  /** Made, and in their state, for so many days; without tokens unless told. */
  async bury(days: number, seeds: Seeds): Promise<string[]> {
    const { ids } = await seedConnections(this.database, this.workspace, { generation: 0, ...seeds });
    await this.database.query(
      `UPDATE connection SET created_at = now() - make_interval(days => $2), updated_at = now() - make_interval(days => $2)
       WHERE id = ANY ($1)`,
      [ids, days],
    );
    return ids;
  }

  async readAgo(ids: readonly string[], days: number): Promise<void> {
    await this.database.query(
      `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at)
       SELECT $1, id, 1, now() - make_interval(days => $3) FROM unnest($2::text[]) AS c (id)
       ON CONFLICT (workspace_id, connection_id) DO UPDATE SET last_read_at = excluded.last_read_at`,
      [this.workspace, ids, days],
    );
  }

  person(role: 'viewer' | 'auditor' | 'operator' | 'admin', signedInAt = new Date()) {
    const { folder, database } = this.drill.fixture;
    return personAt({ folder, database, workspace: this.workspace }, this.drill.api, role, { signedInAt });
  }

  put(change: object, by = this.api) {
    return by.put<ReaperPolicyView>('/v1/reaper-policy', { ...policy, ...change });
  }

  async policy(): Promise<ReaperPolicyView> {
    return (await this.api.get<ReaperPolicyView>('/v1/reaper-policy')).body;
  }

  /** Has the policy run at once, and waits until it has. */
  async run(): Promise<ReaperPolicyView> {
    const before = (await this.policy()).last_run_at;
    await this.hurry();
    await this.drill.services[0]!.get(ReaperService, { strict: false }).run(this.workspace, () => true);
    // It may have been another replica's.
    return eventually(async () => {
      const shown = await this.policy();
      expect(shown.last_run_at).not.toBe(before);
      return shown;
    }, 20_000);
  }

  async hurry(): Promise<void> {
    await this.database.query(`UPDATE reaper_policy SET next_run_at = now() WHERE workspace_id = $1`, [
      this.workspace,
    ]);
  }

  /** Newest first. */
  async jobs(): Promise<Job[]> {
    return (await this.api.get<{ data: Job[] }>('/v1/revocations')).body.data;
  }

  async finished(job: Job): Promise<Job> {
    return eventually(async () => {
      const { body } = await this.api.get<Job>(`/v1/revocations/${job.id}`);
      expect(body.state).toBe('finished');
      return body;
    }, 20_000);
  }

  states(ids: readonly string[]): Promise<Record<string, number>> {
    return this.drill.statesOf(ids);
  }
}
