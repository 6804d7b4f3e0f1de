import type { TransactionContext } from '../transaction.js';

/** A page of the dashboard with what its URL held, under a name. */
export interface SavedView {
  id: string;
  personId: string;
  /** Null where nobody knows them any more. */
  ownerName: string | null;
  page: string;
  name: string;
  query: Record<string, string>;
  shared: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export type SavedViewContent = Pick<SavedView, 'page' | 'name' | 'query' | 'shared'>;

const COLUMNS = `v.id, v.person_id AS "personId", p.name AS "ownerName", v.page, v.name, v.query, v.shared, v.version,
  v.created_at AS "createdAt", v.updated_at AS "updatedAt"`;

/** Saved views: each is its owner's; what is shared, the whole workspace sees. */
export class SavedViewRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Those that a person sees, by name. */
  async list(person: string, page: string | undefined, limit: number): Promise<SavedView[]> {
    return this.context.manager.query(
      `SELECT ${COLUMNS} FROM saved_view v LEFT JOIN person p ON p.id = v.person_id
       WHERE v.workspace_id = $1 AND (v.person_id = $2 OR v.shared) AND ($3::text IS NULL OR v.page = $3)
       ORDER BY v.page, v.name, v.id LIMIT $4`,
      [this.context.workspace, person, page ?? null, limit],
    );
  }

  async countOf(person: string): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*) AS count FROM saved_view WHERE workspace_id = $1 AND person_id = $2`,
      [this.context.workspace, person],
    );
    return row!.count;
  }

  /** Where the person sees it. */
  async find(id: string, person: string): Promise<SavedView | undefined> {
    return (await this.select(id, person, ''))[0];
  }

  /** The same, locked until the transaction ends. */
  async lock(id: string, person: string): Promise<SavedView | undefined> {
    return (await this.select(id, person, 'FOR UPDATE OF v'))[0];
  }

  /** @throws where the person has one of that name on that page (see isDuplicate) */
  async insert(id: string, person: string, view: SavedViewContent): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO saved_view (workspace_id, id, person_id, page, name, query, shared) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [this.context.workspace, id, person, view.page, view.name, JSON.stringify(view.query), view.shared],
    );
  }

  /** @throws as insert does */
  async update(id: string, view: SavedViewContent): Promise<void> {
    await this.context.manager.query(
      `UPDATE saved_view SET page = $3, name = $4, query = $5, shared = $6, version = version + 1, updated_at = now()
       WHERE workspace_id = $1 AND id = $2`,
      [this.context.workspace, id, view.page, view.name, JSON.stringify(view.query), view.shared],
    );
  }

  async delete(id: string): Promise<void> {
    await this.context.manager.query(`DELETE FROM saved_view WHERE workspace_id = $1 AND id = $2`, [
      this.context.workspace,
      id,
    ]);
  }

  private select(id: string, person: string, lock: string): Promise<SavedView[]> {
    return this.context.manager.query(
      `SELECT ${COLUMNS} FROM saved_view v LEFT JOIN person p ON p.id = v.person_id
       WHERE v.workspace_id = $1 AND v.id = $2 AND (v.person_id = $3 OR v.shared) ${lock}`,
      [this.context.workspace, id, person],
    );
  }
}
