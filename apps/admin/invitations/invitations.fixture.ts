import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';
import { InvitationsService } from './invitations.service.js';

export const addressOf = (who: string): string => `${who}@example.com`;

export interface MadeInvitation extends Json {
  id: string;
  /** Of its link. */
  path: string;
}

/** Invitations of a running admin, made by its API and met by a browser. */
export class InvitationsOf {
  constructor(private readonly admin: RunningAdmin) {}

  /** An invitation of a person by their id, into the first workspace unless the admin is another's. */
  async make(guest: string, role = 'operator', by: Persona = 'admin'): Promise<MadeInvitation> {
    const { body } = await this.admin.call('POST', 'invitations', { email: addressOf(guest), role }, by);
    return { ...body, id: String(body['id']), path: new URL(String(body['url'])).pathname };
  }

  async show({ path }: { path: string }, who?: Persona) {
    const headers = who ? { cookie: this.admin.credentials(who)['cookie'] } : {};
    const { statusCode, body, headers: answered } = await this.admin.app.inject({ url: path, headers });
    return { status: statusCode, html: body, headers: answered };
  }

  /** The form as a browser posts it; `change` forges what it sends. */
  async accept({ path }: { path: string }, who: Persona, change: Record<string, string> = {}) {
    const { cookie, origin, 'x-csrf-token': csrf } = this.admin.credentials(who);
    const answer = await this.admin.app.inject({
      method: 'POST',
      url: path,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: change['cookie'] ?? cookie,
        origin: change['origin'] ?? origin,
        'sec-fetch-site': change['sec-fetch-site'] ?? 'same-origin',
      },
      payload: new URLSearchParams({ csrf: change['csrf'] ?? csrf! }).toString(),
    });
    return { status: answer.statusCode, location: answer.headers['location'], html: answer.body };
  }

  isOpen({ path }: { path: string }): Promise<boolean> {
    return this.admin.app.get(InvitationsService).isOpen(path.split('/').at(-1)!);
  }

  async stateOf(id: string): Promise<string | undefined> {
    const { body } = await this.admin.call('GET', 'invitations?limit=200');
    return (body['data'] as { id: string; state: string }[]).find((one) => one.id === id)?.state;
  }

  async roleOf(person: string, workspace = 'wsp_1'): Promise<string | undefined> {
    const rows = await this.admin.database.query<{ role: string }>(
      `SELECT role || ' by ' || source AS role FROM member WHERE person_id = $1 AND workspace_id = $2`,
      [person, workspace],
    );
    return rows[0]?.role;
  }

  /** What the log says of a subject, oldest first. */
  async stepsOf(subject: string): Promise<unknown[]> {
    const rows = await this.admin.database.query<{ entry: Buffer }>(
      `SELECT entry FROM audit_entry WHERE subject_id = $1 ORDER BY at, id`,
      [subject],
    );
    return rows.map(({ entry }) => JSON.parse(entry.toString('utf8')) as unknown);
  }
}
