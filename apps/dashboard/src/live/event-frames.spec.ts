import { readFrames, type EventFrame } from './event-frames.js';

async function framesOf(chunks: Uint8Array[], onSign?: () => void): Promise<EventFrame[]> {
  const frames: EventFrame[] = [];
  for await (const frame of readFrames(ReadableStream.from(chunks) as ReadableStream<Uint8Array>, onSign)) {
    frames.push(frame);
  }
  return frames;
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('frames of a stream of events', () => {
  it('come one by one, however many are in a chunk, without comments and retry', async () => {
    const text =
      'retry: 2000\n\nevent: open\nid: 4\ndata: {"position":4}\n\n:\n\nevent: gap\nid: 9\ndata: {}\n\n';
    expect(await framesOf([bytes(text)])).toEqual([
      { event: 'open', id: '4', data: '{"position":4}' },
      { event: 'gap', id: '9', data: '{}' },
    ]);
  });

  it('are whole even where a chunk ends within a character', async () => {
    const all = bytes('event: events\nid: 1\ndata: {"name":"Zoë: 東京"}\n\n');
    const single = [...all].map((byte) => Uint8Array.of(byte));
    expect(await framesOf(single)).toEqual([{ event: 'events', id: '1', data: '{"name":"Zoë: 東京"}' }]);
  });

  it('leave out one that was cut off', async () => {
    expect(await framesOf([bytes('event: events\ndata: {"count":')])).toEqual([]);
  });

  it('count a comment as a sign of life', async () => {
    let signs = 0;
    await framesOf([bytes(':\n\n'), bytes(':\n\n')], () => (signs += 1));
    expect(signs).toBe(2);
  });
});
