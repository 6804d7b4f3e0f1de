import { AuditRepository } from '#storage';
import { RunningAdmin, type Json } from '../admin.fixture.js';

let admin: RunningAdmin;

beforeAll(async () => {
  admin = await RunningAdmin.start();
  await admin.worker.inWorkspace('wsp_1', (tx) =>
    tx.get(AuditRepository).appendAll(
      [
        {
          action: 'integration.updated',
          detail: { fields: ['name'], before: { name: 'A' }, after: { name: 'B' } },
        },
        { action: 'member.role_changed', detail: { from: 'viewer', to: 'operator' } },
        { action: 'token.refreshed', detail: undefined },
      ].map((entry, i) => ({
        ...entry,
        actor: { type: 'user', id: `usr_${i}` },
        subject: { type: 'thing', id: `thing_${i}` },
      })),
    ),
  );
}, 30_000);

afterAll(() => admin.close());

const read = (path: string, who: 'auditor' | 'viewer' | 'stranger' = 'auditor') =>
  admin.call('GET', path, undefined, who);

describe('the audit log', () => {
  it('shows an entry with what was before and what is after', async () => {
    const [entry] = (await read('audit?action=integration.updated')).body.data as Json[];
    const path = `audit/${String(entry!['id'])}`;
    expect((await read(path)).body).toEqual({ ...entry, before: { name: 'A' }, after: { name: 'B' } });
    expect((await read(path, 'viewer')).status).toBe(403);
    expect((await read(path, 'stranger')).status).toBe(404);
    expect((await read('audit/aud_none')).body).toMatchObject({ type: '/problems/audit-entry-not-found' });
    const [role] = (await read('audit?subject=thing_1')).body.data as Json[];
    expect((await read(`audit/${String(role!['id'])}`)).body).toMatchObject({
      before: { value: 'viewer' },
      after: { value: 'operator' },
    });
  });

  it('knows every action that there is an entry of', async () => {
    const { data } = (await read('audit/actions')).body as { data: string[] };
    expect(data).toEqual(
      expect.arrayContaining(['integration.updated', 'member.role_changed', 'token.refreshed']),
    );
    expect(data).toEqual([...new Set(data)].toSorted());
    expect((await read('audit/actions', 'stranger')).body.data).toEqual([]);
  });

  it('finds those of a time among thousands, whoever wrote them late', async () => {
    await admin.database.query(
      `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id, entry, hash)
       SELECT 'wsp_1', 'aud_' || n, timestamptz '2020-01-01' + n * interval '1 hour' - (n % 7) * interval '1 minute', 'user', 'usr_old',
         'old.thing', 'thing', 'old_' || n, convert_to('{"id":"aud_' || n || '","at":"2020-01-01T00:00:00.000Z","action":"old.thing",
           "actor":{"type":"user","id":"usr_old"},"subject":{"type":"thing","id":"old_' || n || '"}}', 'UTF8'), '\\x00'
       FROM generate_series(1, 2000) n`,
    );
    await admin.database.query(`DELETE FROM audit_entry WHERE action <> 'old.thing'`);
    const idsOf = async (query: string) =>
      ((await read(`audit?${query}`)).body.data as { id: string }[]).map(({ id }) => id);
    expect(await idsOf('after=2020-01-11T09:30:00Z&before=2020-01-11T14:30:00Z')).toEqual(
      [254, 253, 252, 251, 250].map((n) => `aud_${n}`),
    );
    expect(await idsOf('before=2020-01-01T02:30:00Z&actor=usr_old')).toEqual(['aud_2', 'aud_1']);
    expect(await idsOf('after=2030-01-01T00:00:00Z')).toEqual([]);
    expect(await idsOf('before=2019-01-01T00:00:00Z')).toEqual([]);
    expect(await idsOf('after=2020-03-24T07:30:00Z&subject=old_2000')).toEqual(['aud_2000']);
  });
});
