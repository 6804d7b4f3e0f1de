import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { FaultProxy } from './fault-proxy.js';

/** What a socket heard. */
interface Heard {
  socket: Socket;
  text: string;
  ended: boolean;
  error: string | undefined;
}

const heardBy: Heard[] = [];
let target: { server: Server; sockets: Heard[] };
let proxy: FaultProxy;

const listening = (socket: Socket): Heard => {
  const heard: Heard = { socket, text: '', ended: false, error: undefined };
  socket.on('data', (chunk) => (heard.text += chunk.toString()));
  socket.on('end', () => (heard.ended = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.error = error.code));
  heardBy.push(heard);
  return heard;
};

beforeEach(async () => {
  const sockets: Heard[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(listening(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  target = { server, sockets };
  proxy = await FaultProxy.to({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  await proxy.close();
  for (const { socket } of heardBy.splice(0)) socket.destroy();
  await new Promise((resolve) => target.server.close(resolve));
});

const client = async (): Promise<Heard> => {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
  const heard = listening(socket);
  await once(socket, 'connect');
  return heard;
};
/** A connection whose both ends are there. */
const pair = async (): Promise<{ here: Heard; there: Heard }> => {
  const before = target.sockets.length;
  const here = await client();
  await soon(() => expect(target.sockets).toHaveLength(before + 1));
  return { here, there: target.sockets[before]! };
};
const soon = (check: () => void) => eventually(async () => check(), 3_000);
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 80));
const spoken = async ({ here, there }: { here: Heard; there: Heard }) => {
  here.socket.write('hello');
  await soon(() => expect(there.text).toBe('hello'));
  there.socket.write('welcome');
  await soon(() => expect(here.text).toBe('welcome'));
};

describe('a proxy without faults', () => {
  it('forwards and counts the bytes of both directions', async () => {
    await spoken(await pair());
    expect(proxy.bytes).toEqual({ toTarget: 5, toClient: 7, swallowed: 0 });
    expect(proxy.counts).toEqual({ accepted: 1, open: 1 });
  });

  it('forwards more than the buffers of its sockets hold', async () => {
    const { here, there } = await pair();
    there.socket.pause();
    const size = 8 * 1024 * 1024;
    here.socket.end(Buffer.alloc(size, 'x'));
    await aWhile();
    expect(proxy.bytes.toTarget).toBeLessThan(size);
    there.socket.resume();
    await soon(() => expect(there).toMatchObject({ ended: true }));
    expect(there.text).toHaveLength(size);
  });

  it('ends one direction and leaves the other', async () => {
    const { here, there } = await pair();
    here.socket.end('last');
    await soon(() => expect(there).toMatchObject({ text: 'last', ended: true }));
    expect(here.ended).toBe(false);
    there.socket.end('words');
    await soon(() => expect(here).toMatchObject({ text: 'words', ended: true }));
    await soon(() => expect(proxy.counts.open).toBe(0));
  });

  it('passes a reset on', async () => {
    const { here, there } = await pair();
    there.socket.resetAndDestroy();
    await soon(() => expect(here.error).toBe('ECONNRESET'));
  });

  it('resets a client whose target is not there', async () => {
    await new Promise((resolve) => target.server.close(resolve));
    const here = await client();
    await soon(() => expect(here.error).toBe('ECONNRESET'));
  });
});

describe('latency', () => {
  it('delays each direction, in order, on a connection that is open, until it is lifted', async () => {
    const { here, there } = await pair();
    proxy.latency(120);
    const begun = performance.now();
    here.socket.write('a');
    setTimeout(() => here.socket.write('b'), 10);
    await soon(() => expect(there.text).toBe('ab'));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(119);
    const answered = performance.now();
    there.socket.end('c');
    await once(here.socket, 'data');
    expect(performance.now() - answered).toBeGreaterThanOrEqual(119);
    await proxy.heal();
    const healed = performance.now();
    here.socket.end('d');
    await once(there.socket, 'end');
    expect(there.text).toBe('abd');
    expect(performance.now() - healed).toBeLessThan(100);
  });
});

describe('a cut', () => {
  it('lets exactly so many bytes of a request through, then ends both sides', async () => {
    const { here, there } = await pair();
    proxy.cutAfter(4, { direction: 'to-target' });
    here.socket.write('abcdefgh');
    await soon(() => expect(there).toMatchObject({ text: 'abcd', ended: true }));
    await soon(() => expect(here.socket.destroyed || here.ended).toBe(true));
    expect(proxy.bytes.toTarget).toBe(4);
  });

  it('lets exactly so many bytes of an answer through', async () => {
    const { here, there } = await pair();
    proxy.cutAfter(3, { direction: 'to-client' });
    here.socket.write('a whole request');
    await soon(() => expect(there.text).toBe('a whole request'));
    there.socket.write('answer');
    await soon(() => expect(here).toMatchObject({ text: 'ans', ended: true }));
  });

  it('of 0 lets nothing through, and counts anew for each connection', async () => {
    proxy.cutAfter(0, { direction: 'to-target' });
    for (const { here, there } of [await pair(), await pair()]) {
      here.socket.write('x');
      await soon(() => expect(there).toMatchObject({ text: '', ended: true }));
    }
  });

  it('is lifted from a connection that it has not ended', async () => {
    const { here, there } = await pair();
    proxy.cutAfter(4, { direction: 'to-target' });
    here.socket.write('abc');
    await soon(() => expect(there.text).toBe('abc'));
    await proxy.heal();
    here.socket.write('defg');
    await soon(() => expect(there.text).toBe('abcdefg'));
  });
});

describe('a reset', () => {
  it('reaches both sides of what is open, and what comes, until it is lifted', async () => {
    const { here, there } = await pair();
    proxy.reset();
    await soon(() => expect([here.error, there.error]).toEqual(['ECONNRESET', 'ECONNRESET']));
    // It can come before the client even knows that it was accepted.
    const next = listening(connect(proxy.port, '127.0.0.1'));
    await soon(() => expect(next.error).toBe('ECONNRESET'));
    expect(target.sockets).toHaveLength(1);
    await proxy.heal();
    await spoken(await pair());
  });
});

describe('a black hole', () => {
  it('swallows both directions and their ends on what is open', async () => {
    const { here, there } = await pair();
    proxy.blackHole();
    here.socket.end('hello');
    there.socket.write('hi');
    await aWhile();
    expect([here.text, here.ended, there.text, there.ended]).toEqual(['', false, '', false]);
    expect(proxy.bytes).toEqual({ toTarget: 0, toClient: 0, swallowed: 7 });
  });

  it('keeps even a broken connection from the other side', async () => {
    const { here, there } = await pair();
    proxy.blackHole();
    there.socket.resetAndDestroy();
    await aWhile();
    expect([here.error, here.ended, here.socket.destroyed]).toEqual([undefined, false, false]);
  });

  it('accepts new connections and never reaches the target', async () => {
    proxy.blackHole();
    const here = await client();
    here.socket.write('hello');
    await soon(() => expect(proxy.bytes.swallowed).toBe(5));
    expect(target.sockets).toHaveLength(0);
  });

  it('once lifted resets what lost something, and nothing else', async () => {
    const lost = await pair();
    const kept = await pair();
    proxy.blackHole();
    lost.here.socket.write('hello');
    await soon(() => expect(proxy.bytes.swallowed).toBe(5));
    await proxy.heal();
    await soon(() => expect([lost.here.error, lost.there.error]).toEqual(['ECONNRESET', 'ECONNRESET']));
    await spoken(kept);
  });
});

describe('half open', () => {
  it('without a target: the client stays connected and talks to nobody', async () => {
    const { here, there } = await pair();
    proxy.halfOpen('target');
    await soon(() => expect(there.ended).toBe(true));
    const late = await client();
    for (const one of [here, late]) one.socket.write('hello');
    await soon(() => expect(proxy.bytes.swallowed).toBe(10));
    for (const { ended, error } of [here, late]) expect([ended, error]).toEqual([false, undefined]);
    await proxy.heal();
    await soon(() => expect([here.error, late.error]).toEqual(['ECONNRESET', 'ECONNRESET']));
  });

  it('without a client: the target stays connected and hears nothing of it', async () => {
    const { here, there } = await pair();
    proxy.halfOpen('client');
    await soon(() => expect(here.ended).toBe(true));
    const late = await pair();
    await soon(() => expect(late.here.ended).toBe(true));
    await aWhile();
    for (const { ended, error } of [there, late.there]) expect([ended, error]).toEqual([false, undefined]);
  });
});

describe('a refusal', () => {
  it('is ECONNREFUSED for new connections, while what is open lives on, at the same port afterwards', async () => {
    const open = await pair();
    proxy.refuse();
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await spoken(open);
    const { port } = proxy;
    await proxy.heal();
    expect(proxy.port).toBe(port);
    await spoken(await pair());
  });
});

describe('close', () => {
  it('ends every connection and the listener', async () => {
    const { here, there } = await pair();
    await proxy.close();
    await soon(() => expect([here.ended, there.ended]).toEqual([true, true]));
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
