import type { SandboxDatabase } from '../store/sandbox-database.js';
import { defaultPersonas, persona, type Persona } from './persona.js';

const fallback = persona.parse({});

/** The personas. A change holds at once. */
export class Personas {
  /** Every request asks for its persona several times over; only this process writes them. */
  private readonly known = new Map<string, Persona>();

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
    const known = this.known.get(id);
    if (known) return known;
    const row = this.database.row('SELECT document FROM persona WHERE id = ?', id);
    if (!row) return undefined;
    const found = persona.parse(JSON.parse(row['document'] as string));
    this.known.set(id, found);
    return found;
  }

  /** The persona of a client's metadata; clients without one have `default`. */
  ofClient(client: object | undefined): Persona {
    const id =
      client && 'persona' in client && typeof client.persona === 'string' ? client.persona : 'default';
    return this.find(id) ?? fallback;
  }

  put(id: string, document: Persona): void {
    this.database.run(
      'INSERT INTO persona (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document',
      id,
      JSON.stringify(document),
    );
    this.known.set(id, document);
  }

  list(): (Persona & { id: string })[] {
    return this.database
      .rows('SELECT id, document FROM persona ORDER BY id')
      .map((row) => ({ id: row['id'] as string, ...persona.parse(JSON.parse(row['document'] as string)) }));
  }
}
