import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RelayRepository } from '#storage';
import { eventually } from '#testing';
import { RunningAdmin, type Json, type Persona } from '../admin.fixture.js';

interface Frame {
  event: string;
  id: number;
  data: Json & { count: number; counts: Record<string, number>; events: Json[] };
}

let admin: RunningAdmin;
let app: NestFastifyApplication;
let url: string;
const watching: Watching[] = [];

beforeAll(async () => {
  admin = await RunningAdmin.start();
  app = await admin.startReplica();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
}, 30_000);
afterEach(async () => {
  for (const one of watching.splice(0)) await one.leave();
});
afterAll(async () => {
  await app.close();
  await admin.close();
}, 30_000);

/** One client: what it was told so far. */
class Watching {
  text = '';
  ended = false;
  private readonly giveUp = new AbortController();
  status = 0;
  type = '';

  static async start(who: Persona, headers: Record<string, string> = {}, query = ''): Promise<Watching> {
    const one = new Watching();
    const answer = await fetch(`${url}/admin/api/events${query}`, {
      headers: { ...admin.credentials(who), ...headers },
      signal: one.giveUp.signal,
    });
    one.status = answer.status;
    one.type = `${answer.headers.get('content-type')} ${answer.headers.get('cache-control')}`;
    watching.push(one);
    void one.read(answer).catch(() => undefined);
    return one;
  }

  get frames(): Frame[] {
    const fields = /event: (.*)\nid: (.*)\ndata: (.*)\n\n/g;
    return [...this.text.matchAll(fields)].map(([, event, id, data]) => ({
      event: event!,
      id: Number(id),
      data: JSON.parse(data!) as Frame['data'],
    }));
  }

  of(event: string): Frame[] {
    return this.frames.filter((frame) => frame.event === event);
  }

  async leave(): Promise<void> {
    this.giveUp.abort();
    await eventually(async () => expect(this.ended).toBe(true));
  }

  private async read(answer: Response): Promise<void> {
    try {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) this.text += chunk;
    } finally {
      this.ended = true;
    }
  }
}

const total = (stream: Watching) => stream.of('events').reduce((sum, { data }) => sum + data.count, 0);
const many = (count: number) => Array<string>(count).fill('token.refreshed');
const news = (types: string[]) => admin.emit(types, { publish: true });
const told = (stream: Watching, count: number) =>
  eventually(async () => expect(total(stream)).toBeGreaterThanOrEqual(count));

describe('the stream of events', () => {
  it('tells a person what happens in their workspace, and nobody else', async () => {
    const [viewer, stranger] = [await Watching.start('viewer'), await Watching.start('stranger')];
    expect([viewer.status, viewer.type]).toEqual([
      200,
      'text/event-stream; charset=utf-8 no-store, no-transform',
    ]);
    await news(['token.refreshed', 'connection.paused']);
    await told(viewer, 2);
    expect(viewer.frames[0]).toMatchObject({ event: 'open', data: { workspace: 'wsp_1' } });
    const events = viewer.of('events').flatMap(({ data }) => data.events);
    expect(events).toMatchObject([
      { type: 'token.refreshed', subject: 'con_2', data: { generation: 2 } },
      { type: 'connection.paused' },
    ]);
    expect(stranger.frames.map(({ event }) => event)).toEqual(['open']);
  });

  it('coalesces a thousand events into few frames: all of them counted, the newest shown', async () => {
    const stream = await Watching.start('admin');
    await admin.database.query(
      `INSERT INTO outbox_event (workspace_id, id, subject, type, data)
       SELECT 'wsp_1', 'evt_' || n, 'con_1', 'token.refreshed', '{}' FROM generate_series(1, 999) n`,
    );
    await admin.worker.inWorkspace('wsp_1', (tx) => tx.get(RelayRepository).assignPositions(999));
    await news(many(1));
    await told(stream, 1_000);
    expect(total(stream)).toBe(1_000);
    expect(stream.of('events').length).toBeLessThan(4);
    const frames = stream.of('events');
    for (const { data, id } of frames) {
      expect(data.events).toHaveLength(Math.min(50, data.count));
      expect(data.events.at(-1)).toMatchObject({ position: id });
      expect(data.counts).toEqual({ 'token.refreshed': data.count });
    }
  });

  it('goes on where the client was, by Last-Event-ID or ?after=, and says where it cannot', async () => {
    const first = await Watching.start('admin');
    await news(many(3));
    await told(first, 3);
    const last = first.frames.at(-1)!.id;
    await first.leave();
    await news(many(60));
    const resumed = await Watching.start('admin', { 'last-event-id': String(last) });
    const asked = await Watching.start('admin', {}, `?after=${last}`);
    await Promise.all([told(resumed, 60), told(asked, 60)]);
    expect([total(resumed), total(asked)]).toEqual([60, 60]);
    const lost = await Watching.start('admin', { 'last-event-id': '99999999' });
    await eventually(async () => expect(lost.of('gap')).toHaveLength(1));
    await news(many(1));
    await told(lost, 1);
  });

  it('ends where the session or the workspace is not theirs any more, says why, and keeps no session alive', async () => {
    const ends = {
      usr_out: ['session', `UPDATE session SET ended_at = now() WHERE person_id = $1`],
      usr_elsewhere: ['workspace', `UPDATE session SET current_workspace_id = 'wsp_2' WHERE person_id = $1`],
      usr_removed: ['workspace', `DELETE FROM member WHERE person_id = $1 AND workspace_id = 'wsp_1'`],
      usr_idle: [
        'session',
        `UPDATE session SET last_seen_at = now() - make_interval(secs => idle_seconds - 1) WHERE person_id = $1`,
      ],
    } as const;
    const others = await Watching.start('viewer');
    const streams: [string, Watching][] = [];
    for (const id of Object.keys(ends) as (keyof typeof ends)[]) {
      await admin.welcome(id, { wsp_1: 'viewer', wsp_2: 'viewer' });
      streams.push([ends[id][0], await Watching.start(id)]);
      await admin.database.query(ends[id][1], [id]);
    }
    for (const [reason, stream] of streams) {
      await eventually(async () => expect(stream.ended).toBe(true));
      expect(stream.frames.at(-1)).toMatchObject({ event: 'session-ended', data: { reason } });
    }
    expect((await Watching.start('usr_out')).status).toBe(401);
    expect(others.ended).toBe(false);
    await admin.database.query(`UPDATE workspace SET suspended_at = now() WHERE id = 'wsp_1'`);
    await eventually(async () => expect(others.ended).toBe(true));
    expect(others.frames.at(-1)).toMatchObject({ event: 'session-ended', data: { reason: 'suspended' } });
    await admin.database.query(`UPDATE workspace SET suspended_at = NULL`);
  }, 30_000);

  it('is open four times a session at most, and a place that was left is free', async () => {
    await admin.welcome('usr_many', { wsp_1: 'viewer' });
    const streams = await Promise.all(Array.from({ length: 5 }, () => Watching.start('usr_many')));
    expect(streams.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 429]);
    await streams.find(({ status }) => status === 200)!.leave();
    await eventually(async () => expect((await Watching.start('usr_many')).status).toBe(200));
  });

  it('tells news without Redis too', async () => {
    const stream = await Watching.start('admin');
    await admin.emit(many(2), { publish: false });
    await told(stream, 2);
  });

  it('ends without a word at shutdown, for the client to come back elsewhere', async () => {
    const stream = await Watching.start('admin');
    const begun = Date.now();
    await app.close();
    await eventually(async () => expect(stream.ended).toBe(true));
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(stream.of('session-ended')).toEqual([]);
  });
});
