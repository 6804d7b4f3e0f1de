import { LiveStream } from './live-stream.js';

const owner = { session: 'ses_1', workspace: 'wsp_1' };
const text = (stream: LiveStream): string => String(stream.body.read() ?? '');

describe('a stream of events', () => {
  it('says something every 15 s, and nothing besides while it speaks', () => {
    const stream = new LiveStream(owner, 7, () => undefined, 0);
    stream.beat(14_999);
    expect(text(stream)).toBe('');
    stream.beat(15_000);
    expect(text(stream)).toBe(':\n\n');
    stream.tell('events', { a: 'x\ny' }, 20_000);
    stream.beat(30_000);
    expect(text(stream)).toBe('event: events\nid: 7\ndata: {"a":"x\\ny"}\n\n');
  });

  it('is cut off where nobody reads what waits', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<LiveStream>();
    const stream = new LiveStream(owner, 0, resolve);
    // A frame of events has about so much.
    for (let i = 0; i < 10; i++) stream.tell('events', { filler: 'x'.repeat(25_000) });
    expect(stream.body.destroyed).toBe(false);
    stream.tell('events', { filler: 'x'.repeat(25_000) });
    expect(await closed).toBe(stream);
  });

  it('says nothing after its end', () => {
    const stream = new LiveStream(owner, 7, () => undefined);
    stream.end('workspace');
    stream.tell('events', {});
    stream.beat(Number.MAX_SAFE_INTEGER);
    expect(text(stream)).toBe('event: session-ended\nid: 7\ndata: {"reason":"workspace"}\n\n');
  });
});
