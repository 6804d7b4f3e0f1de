import { withConnection } from '#embedded';
import { eventually, seedWorkspace, startProcess } from '#testing';
import { jest } from '@jest/globals';
import { SubjectConnectionsService } from './processing/subject-connections.service.js';
import { SecurityEventsFixture } from './security-events.fixture.js';
import { caep, risc, type Forgery } from './transmitter.fixture.js';

let fixture: SecurityEventsFixture;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
}, 30_000);
afterAll(() => fixture.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const about = (email: string, type = `${caep}session-revoked`, payload = {}): Forgery => ({
  claims: { sub_id: { format: 'email', email }, events: { [type]: payload } },
});
describe('an event', () => {
  it.each([
    [`${caep}session-revoked`, {}, 'paused'],
    [`${caep}credential-change`, { change_type: 'revoke', credential_type: 'password' }, 'paused'],
    [`${caep}credential-change`, { change_type: 'create', credential_type: 'fido2-roaming' }, 'active'],
    [`${caep}token-claims-change`, { claims: { role: 'x' } }, 'active'],
    [`${caep}assurance-level-change`, { current_level: 'nist-aal1' }, 'active'],
    [`${caep}device-compliance-change`, { current_status: 'not-compliant' }, 'active'],
    [`${risc}account-credential-change-required`, {}, 'paused'],
    [`${risc}account-disabled`, { reason: 'hijacking' }, 'revoking'],
    [`${risc}account-purged`, {}, 'revoking'],
    [`${risc}credential-compromise`, { credential_type: 'password' }, 'revoking'],
    [`${risc}identifier-changed`, { 'new-value': 'b@example.com' }, 'active'],
    [`${risc}identifier-recycled`, {}, 'paused'],
    [`${risc}sessions-revoked`, {}, 'paused'],
    ['https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked', {}, 'revoking'],
    [`${risc}opt-out-effective`, {}, 'active'],
  ])('of the type %s with %j leaves a connection %s', async (type, payload, state) => {
    const person = await fixture.person();
    const own = await fixture.stream();
    expect((await fixture.push(own, about(person.email, type, payload))).status).toBe(202);
    const [outcome] = await fixture.outcomes(own);
    expect(outcome!.matched).toBe(1);
    expect((await fixture.stateOf(person)).replace('revoked', 'revoking')).toBe(state);
  });

  it('finds whom it names in each format, and nobody of another workspace', async () => {
    const { workspace } = await seedWorkspace(fixture.database);
    const types = ['email', 'iss_sub', 'opaque', 'account', 'aliases', 'complex'] as const;
    for (const format of types) {
      const person = await fixture.person();
      const stranger = await fixture.person({ workspace });
      await fixture.database.query(
        `UPDATE connection SET end_user_id = $2, end_user_email = $3, subject = $4 WHERE id = $1`,
        [stranger.connection, person.endUser, person.email, person.subject],
      );
      const issSub = { format: 'iss_sub', iss: fixture.transmitter.url, sub: person.subject };
      const email = { format: 'email', email: person.email.toLowerCase() };
      const subjects = {
        ...{ email, iss_sub: issSub, opaque: { format: 'opaque', id: person.endUser } },
        account: { format: 'account', uri: `acct:${person.email}` },
        aliases: { format: 'aliases', identifiers: [{ format: 'opaque', id: 'nobody' }, email] },
        complex: { format: 'complex', user: issSub, device: { format: 'opaque', id: 'd' } },
      };
      const own = await fixture.stream();
      await fixture.push(own, { claims: { sub_id: subjects[format] } });
      expect([format, await fixture.outcomes(own)]).toEqual([format, [{ action: 'freeze', matched: 1 }]]);
      expect([await fixture.stateOf(person), await fixture.stateOf(stranger)]).toEqual(['paused', 'active']);
    }
  });

  it('from an issuer that no integration has finds nobody by its subject', async () => {
    const person = await fixture.person();
    const own = await fixture.stream();
    const sub_id = { format: 'iss_sub', iss: 'https://other.example', sub: person.subject };
    await fixture.push(own, { claims: { sub_id } });
    expect(await fixture.outcomes(own)).toEqual([{ action: 'freeze', matched: 0 }]);
  });

  it("does what the stream's policy says, and nothing where the stream does not want it", async () => {
    const [first, second] = [await fixture.person(), await fixture.person()];
    const policies = { [`${caep}session-revoked`]: 'revoke' };
    const strict = await fixture.stream({ policies });
    await fixture.push(strict, about(first.email));
    expect(await fixture.outcomes(strict)).toEqual([{ action: 'revoke', matched: 1 }]);
    const deaf = await fixture.stream({ policies, events: [`${risc}account-purged`] });
    await fixture.push(deaf, about(second.email));
    expect(await fixture.outcomes(deaf)).toEqual([{ action: 'ignore', matched: 0 }]);
    expect(await fixture.stateOf(second)).toBe('active');
  });

  it('is told once, with its audit entry, and names who paused the connection', async () => {
    const person = await fixture.person();
    const own = await fixture.stream();
    await fixture.push(own, {
      ...about(person.email),
      claims: { ...about(person.email).claims, jti: 'told' },
    });
    await fixture.outcomes(own);
    const events = await fixture.database.query<{ data: unknown }>(
      `SELECT data FROM outbox_event WHERE subject = $1 AND type = 'security_event.received'`,
      [own.id],
    );
    expect(events.map(({ data }) => data)).toEqual([
      expect.objectContaining({
        stream: own.id,
        action: 'freeze',
        matched: 1,
        connections: [person.connection],
      }),
    ]);
    const entries = await fixture.database.query(
      `SELECT action FROM audit_entry WHERE actor_type = 'service' AND actor_id = 'security-event'
         AND subject_id = ANY ($1) ORDER BY action`,
      [[own.id, person.connection]],
    );
    expect(entries).toEqual([{ action: 'connection.paused' }, { action: 'security_event.received' }]);
  });

  it('whose processing failed is processed again', async () => {
    const person = await fixture.person();
    const own = await fixture.stream();
    jest.spyOn(SubjectConnectionsService.prototype, 'find').mockRejectedValueOnce(new Error('gone'));
    await fixture.push(own, about(person.email));
    await eventually(async () => expect(await fixture.stateOf(person)).toBe('paused'));
  });

  it('has its effect soon', async () => {
    const own = await fixture.stream();
    const sentAt = new Map<string, number>();
    for (let i = 0; i < 40; i++) {
      const person = await fixture.person();
      sentAt.set(person.connection, Date.now());
      await fixture.push(own, about(person.email, `${risc}${i % 2 ? 'account-purged' : 'sessions-revoked'}`));
    }
    await fixture.outcomes(own);
    const rows = await fixture.database.query<{ id: string; at: Date }>(
      `SELECT subject_id AS id, at FROM audit_entry
       WHERE subject_id = ANY ($1) AND action IN ('connection.paused', 'connection.revoking')`,
      [[...sentAt.keys()]],
    );
    expect(rows).toHaveLength(40);
    const waited = rows.map(({ id, at }) => at.getTime() - sentAt.get(id)!).sort((a, b) => a - b);
    process.stdout.write(`push to paused or revoked: p50 ${waited[19]} ms, p99 ${waited[39]} ms\n`);
  }, 20_000);

  it('is not lost where the service is killed right after its 202', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => fixture.person()));
    const own = await fixture.stream();
    await fixture.stopService();
    const doomed = await startProcess('revocation-audit', { env: fixture.env });
    // Nobody gets at the connections until it is dead: all that is left of the events is what it stored.
    await withConnection(fixture.database.adminUrl, async (client) => {
      await client.query('BEGIN');
      await client.query(`SELECT FROM connection WHERE id = ANY ($1) FOR UPDATE`, [
        people.map(({ connection }) => connection),
      ]);
      const answers = await Promise.all(
        people.map(({ email }) => fixture.push(own, { ...about(email), origin: doomed.url })),
      );
      await doomed.kill();
      expect(answers.map(({ status }) => status)).toEqual(people.map(() => 202));
      await client.query('COMMIT');
    });
    expect((await fixture.received(own)).map(({ state }) => state)).toEqual(people.map(() => 'pending'));
    fixture.api = await fixture.replica();
    await eventually(async () =>
      expect(await Promise.all(people.map((person) => fixture.stateOf(person)))).toEqual(
        people.map(() => 'paused'),
      ),
    );
    expect(await fixture.outcomes(own)).toHaveLength(10);
  }, 40_000);
});
