import { randomUUID } from 'node:crypto';
import type { SandboxDatabase } from '../store/sandbox-database.js';

export interface Note {
  id: string;
  sub: string;
  text: string;
  created_at: string;
}

/** What the resource server keeps for people. */
export class Notes {
  constructor(private readonly database: SandboxDatabase) {}

  write(sub: string, text: string): Note {
    const note: Note = { id: randomUUID(), sub, text, created_at: new Date().toISOString() };
    this.database.run(
      'INSERT INTO note (id, sub, text, created_at) VALUES (?, ?, ?, ?)',
      note.id,
      sub,
      text,
      note.created_at,
    );
    return note;
  }

  list(sub: string): Note[] {
    return this.database.rows(
      'SELECT id, sub, text, created_at FROM note WHERE sub = ? ORDER BY created_at, id',
      sub,
    ) as unknown as Note[];
  }
}
