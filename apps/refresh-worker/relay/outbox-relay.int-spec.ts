import { eventually } from '#testing';
import { jest } from '@jest/globals';
import { EventStream } from '#events';
import { WorkerFixture } from '../worker.fixture.js';

let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await WorkerFixture.start();
}, 30_000);

afterAll(() => fixture.stop());

const subjects = 5;
const each = 40;

describe('the outbox relay, on two workers', () => {
  it('publishes every event at least once and in the order of its connection, though publishing breaks', async () => {
    const { database, workspace } = fixture.flow;
    const published: { subject?: string; id: string }[] = [];
    const publish = EventStream.prototype.publish;
    let calls = 0;
    jest.spyOn(EventStream.prototype, 'publish').mockImplementation(async function (
      this: EventStream,
      events,
    ) {
      await publish.call(this, events);
      published.push(...events);
      // Redis took them, and the worker does not live to say so.
      calls += 1;
      if (calls <= 2) throw new Error('killed here');
    });
    await database.query(
      `INSERT INTO outbox_event (workspace_id, id, subject, type, data)
       SELECT $1, 'evt_' || n, 'con_' || n % $2, 'token.refreshed', '{}' FROM generate_series(1, $3::int) n ORDER BY n`,
      [workspace, subjects, subjects * each],
    );
    await Promise.all([fixture.startWorker(), fixture.startWorker()]);
    await eventually(async () =>
      expect(await database.query(`SELECT FROM outbox_event WHERE published_at IS NULL`)).toEqual([]),
    );
    expect(calls).toBeGreaterThan(2);
    for (let subject = 0; subject < subjects; subject++) {
      const numbers = published
        .filter((event) => event.subject === `con_${subject}`)
        .map(({ id }) => Number(id.slice(4)));
      const firstTimes = [...new Set(numbers)];
      expect(firstTimes).toHaveLength(each);
      expect(firstTimes).toEqual([...firstTimes].sort((a, b) => a - b));
      // Repeated from an earlier one on, but never with a gap.
      expect(numbers.slice(-each)).toEqual(firstTimes);
    }
    const positions = await database.query<{ position: number }>(
      `SELECT position::int FROM outbox_event ORDER BY position`,
    );
    expect(positions.map(({ position }) => position)).toEqual(
      Array.from({ length: positions.length }, (_, index) => index + 1),
    );
  }, 20_000);
});
