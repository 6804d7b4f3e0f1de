import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from '#testing';
import { encodeRawAnswer } from '#oauth';
import { EngineService } from './refreshing/engine.service.js';
import { TokenEndpointService } from './refreshing/token-endpoint.service.js';
import { Spool } from './spool/spool.js';
import { WorkerFixture, type Connected } from './worker.fixture.js';

let fixture: WorkerFixture;
let workers: NestFastifyApplication[];

beforeAll(async () => {
  fixture = await WorkerFixture.start();
  workers = [await fixture.startWorker(), await fixture.startWorker()];
}, 30_000);

afterAll(() => fixture.stop());

const targetOf = ({ id }: Connected) => ({
  workspace: fixture.flow.workspace,
  connection: id,
  slot: 'default',
  generation: 1,
});

describe('workers that begin the same refresh, though no queue keeps them apart', () => {
  it('spend the token once, and none of them judges the connection', async () => {
    const connection = await fixture.connect();
    const ends = await Promise.all(
      Array.from({ length: 50 }, (_, turn) =>
        workers[turn % 2]!.get(EngineService, { strict: false }).refresh(targetOf(connection), 'on_demand'),
      ),
    );
    expect(ends.filter(({ outcome }) => outcome === 'refreshed')).toHaveLength(1);
    expect(ends.filter(({ outcome }) => !['refreshed', 'busy', 'superseded'].includes(outcome))).toEqual([]);
    expect(await fixture.ledger(connection)).toHaveLength(1);
    expect(await fixture.row(connection)).toMatchObject({ state: 'active', generation: 2, failures: 0 });
  }, 20_000);
});

describe('an answer that comes back from the spool', () => {
  it('of a connection that was revoked and closed meanwhile is revoked at the provider', async () => {
    const connection = await fixture.connect();
    const [worker] = workers as [NestFastifyApplication];
    const attempt = await worker.get(EngineService, { strict: false }).begin(targetOf(connection), 'planned');
    if ('outcome' in attempt) throw new Error(attempt.outcome);
    const raw = await worker.get(TokenEndpointService, { strict: false }).send(attempt, () => true);
    const { database, control } = fixture.flow;
    await database.query(`UPDATE connection SET state = 'revoked' WHERE id = $1`, [connection.id]);
    await database.query(`UPDATE connection_slot SET fence = fence + 1 WHERE connection_id = $1`, [
      connection.id,
    ]);
    await eventually(async () => {
      await fixture.hurry(connection);
      expect(await closedState(attempt.id)).toEqual([{ state: 'resolved' }]);
    });
    const sealed = attempt.facts.cipher
      .seal({ attempt: attempt.id }, encodeRawAnswer(raw))
      .toString('base64');
    await worker
      .get(Spool, { strict: false })
      .write({ workspace: attempt.workspace, attempt: attempt.id, sealed });
    await eventually(async () => {
      const { body } = await control.get<{ data: { outcome: string }[] }>(
        `/ledger?client=${connection.clientId}&endpoint=revocation`,
      );
      // Either worker may settle it, and both: RFC 7009 makes the second one nothing.
      expect(new Set(body.data.map(({ outcome }) => outcome))).toEqual(new Set(['granted']));
    }, 8_000);
    await eventually(async () =>
      expect(await database.query(`SELECT FROM token_landing WHERE attempt_id = $1`, [attempt.id])).toEqual(
        [],
      ),
    );
    expect(await fixture.row(connection)).toMatchObject({ generation: 1, state: 'revoked' });
  }, 20_000);

  function closedState(id: string) {
    return fixture.flow.database.query(
      `SELECT state FROM refresh_attempt WHERE id = $1 AND closed_at IS NOT NULL`,
      [id],
    );
  }
});
