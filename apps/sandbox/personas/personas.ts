import type { SandboxDatabase } from '../store/sandbox-database.js';
import { defaultPersonas, persona, type Persona } from './persona.js';

/** The personas, read afresh for every request: a change holds at once. */
export class Personas {
  constructor(private readonly database: SandboxDatabase) {
    for (const [id, document] of Object.entries(defaultPersonas)) {
      database.run(
        'INSERT OR IGNORE INTO persona (id, document) VALUES (?, ?)',
        id,
        JSON.stringify(document),
      );
    }
  }

  find(id: string): Persona | undefined {
    const row = this.database.row('SELECT document FROM persona WHERE id = ?', id);
    return row ? persona.parse(JSON.parse(row['document'] as string)) : undefined;
  }

  /** The persona of a client's metadata; clients without one have `default`. */
  ofClient(client: object | undefined): Persona {
    const id =
      client && 'persona' in client && typeof client.persona === 'string' ? client.persona : 'default';
    return this.find(id) ?? persona.parse({});
  }

  put(id: string, document: Persona): void {
    this.database.run(
      'INSERT INTO persona (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
      id,
      JSON.stringify(document),
    );
  }

  list(): (Persona & { id: string })[] {
    return this.database
      .rows('SELECT id, document FROM persona ORDER BY id')
      .map((row) => ({ id: row['id'] as string, ...persona.parse(JSON.parse(row['document'] as string)) }));
  }
}
