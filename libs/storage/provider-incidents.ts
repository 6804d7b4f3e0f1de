import { Injectable } from '@nestjs/common';
import type { IncidentKind } from '#oauth';
import { Database } from './database.js';
import { newId } from './new-id.js';

export interface ProviderIncident {
  id: string;
  /** A provider's id; of a custom one `custom:<host>`. */
  provider: string;
  kind: IncidentKind;
  openedAt: Date;
  closedAt: Date | null;
  detail: Record<string, unknown>;
}

const COLUMNS = `id, provider, kind, opened_at AS "openedAt", closed_at AS "closedAt", detail`;

/** Incidents of providers: one open at a time each, whoever finds it. */
@Injectable()
export class ProviderIncidents {
  constructor(private readonly database: Database) {}

  async listOpen(): Promise<ProviderIncident[]> {
    return this.database.acrossWorkspaces<ProviderIncident>(
      `SELECT ${COLUMNS} FROM provider_incident WHERE closed_at IS NULL`,
    );
  }

  /** Undefined where one is open already: somebody else told of it. */
  async open(
    provider: string,
    kind: IncidentKind,
    detail: Record<string, unknown>,
  ): Promise<ProviderIncident | undefined> {
    const [row] = await this.database.acrossWorkspaces<ProviderIncident>(
      `INSERT INTO provider_incident (id, provider, kind, detail) VALUES ($1, $2, $3, $4)
       ON CONFLICT (provider) WHERE closed_at IS NULL DO NOTHING RETURNING ${COLUMNS}`,
      [newId('inc'), provider, kind, JSON.stringify(detail)],
    );
    return row;
  }

  /** Newest first. */
  async list(limit: number): Promise<ProviderIncident[]> {
    return this.database.acrossWorkspaces<ProviderIncident>(
      `SELECT ${COLUMNS} FROM provider_incident ORDER BY opened_at DESC LIMIT $1`,
      [limit],
    );
  }

  /** A human says that it is over. Undefined where it is not open. */
  async end(id: string, by: string): Promise<ProviderIncident | undefined> {
    const [row] = await this.database.acrossWorkspaces<ProviderIncident>(
      `WITH ended AS (UPDATE provider_incident SET closed_at = now(), ended_by = $2
         WHERE id = $1 AND closed_at IS NULL RETURNING *) SELECT ${COLUMNS} FROM ended`,
      [id, by],
    );
    return row;
  }

  /** Half-open: true for one request every `everyMs`. */
  async claimProbe(id: string, everyMs: number): Promise<boolean> {
    const rows = await this.database.acrossWorkspaces(
      `WITH claimed AS (UPDATE provider_incident SET probed_at = now()
         WHERE id = $1 AND closed_at IS NULL AND probed_at <= now() - $2 * interval '1 ms' RETURNING id)
       SELECT id FROM claimed`,
      [id, everyMs],
    );
    return rows.length > 0;
  }

  /** A probe ended; `needed` good ones in a row close it. Answers the incident where this one did. */
  async countProbe(id: string, good: boolean, needed: number): Promise<ProviderIncident | undefined> {
    const [row] = await this.database.acrossWorkspaces<ProviderIncident>(
      `WITH counted AS (UPDATE provider_incident SET good_probes = CASE WHEN $2 THEN good_probes + 1 ELSE 0 END,
           closed_at = CASE WHEN $2 AND good_probes + 1 >= $3 THEN now() END
         WHERE id = $1 AND closed_at IS NULL RETURNING *)
       SELECT ${COLUMNS} FROM counted WHERE closed_at IS NOT NULL`,
      [id, good, needed],
    );
    return row;
  }

  /** Workspaces that use the provider. */
  async listWorkspaces(provider: string): Promise<string[]> {
    const [id, host] = provider.split(/:(.*)/s) as [string, string | undefined];
    const rows = await this.database.acrossWorkspaces<{ workspace: string }>(
      `SELECT workspace_id AS workspace FROM list_provider_workspaces($1, $2)`,
      [id, host ?? null],
    );
    return rows.map(({ workspace }) => workspace);
  }
}
