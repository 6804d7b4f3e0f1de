import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS record (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, user_code TEXT,
    expires_at INTEGER, consumed_at INTEGER, PRIMARY KEY (model, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS record_grant ON record (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_uid ON record (uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_user_code ON record (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS record_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS lineage (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, grant_id TEXT NOT NULL, came_from TEXT,
    first_used_at INTEGER, answer TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS lineage_came_from ON lineage (came_from) WHERE came_from IS NOT NULL;
  CREATE INDEX IF NOT EXISTS lineage_answer ON lineage (first_used_at) WHERE answer IS NOT NULL;
  CREATE TABLE IF NOT EXISTS paired_grant (
    grant_id TEXT PRIMARY KEY, paired_with TEXT NOT NULL, slot TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS user (
    login TEXT PRIMARY KEY, sub TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
    salt TEXT NOT NULL, password_hash TEXT NOT NULL, groups TEXT NOT NULL DEFAULT '[]') STRICT;
  CREATE TABLE IF NOT EXISTS persona (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS fault (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
    times INTEGER, skip INTEGER NOT NULL, hits INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, client TEXT, grant_id TEXT, grant_type TEXT,
    presented_hash TEXT, minted_refresh_token TEXT, document TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS ledger_grant ON ledger (grant_id);
  CREATE INDEX IF NOT EXISTS ledger_client ON ledger (client);
  CREATE INDEX IF NOT EXISTS ledger_presented ON ledger (presented_hash);
  CREATE INDEX IF NOT EXISTS ledger_minted ON ledger (minted_refresh_token);
  CREATE TABLE IF NOT EXISTS note (
    id TEXT PRIMARY KEY, sub TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;`;

export type Row = Record<string, string | number | null>;

/** One SQLite file with everything that the sandbox keeps. Every statement is synchronous, so it is atomic in this process. */
export class SandboxDatabase {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.database = new DatabaseSync(file);
    // It holds signing keys and client secrets.
    chmodSync(file, 0o600);
    // Without fsync a kill of the process costs nothing, a power cut perhaps the file: it holds nothing but trials.
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000;');
    this.database.exec(schema);
    this.addColumn('user', `groups TEXT NOT NULL DEFAULT '[]'`);
  }

  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.prepared(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepared(sql).get(...values) as Row | undefined;
  }

  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values) as Row[];
  }

  /** All of it or nothing. The work is synchronous, so no other request comes between. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  /** To a table of an earlier version, which CREATE IF NOT EXISTS leaves as it is. */
  private addColumn(table: string, column: string): void {
    const [name = ''] = column.split(' ');
    const there = this.rows(`SELECT 1 FROM pragma_table_info(?) WHERE name = ?`, table, name);
    if (there.length === 0) this.database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}
