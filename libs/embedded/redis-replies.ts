import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 30;
const REPLY_MS = 2_000;

/** Waits until a Redis takes our password and answers PONG (it says LOADING while it reads its data). */
export async function answersRedis(
  port: number,
  password: string,
  patienceMs: number,
  alive: () => boolean,
): Promise<boolean> {
  const begun = performance.now();
  while (performance.now() - begun < patienceMs) {
    const replies = await redisReplies(port, [['AUTH', password], ['PING']]);
    if (replies.includes('+PONG')) return true;
    if (replies.includes('WRONGPASS') || !alive()) return false;
    await pause(POLL_MS);
  }
  return false;
}

/** Commands with one-line answers, sent as one pipeline; the raw replies, cut short where Redis is gone. */
export function redisReplies(port: number, commands: readonly string[][]): Promise<string> {
  return new Promise((resolve) => {
    let replies = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const done = () => {
      socket.destroy();
      resolve(replies);
    };
    socket.setEncoding('utf8').setTimeout(REPLY_MS, done);
    socket.on('connect', () => socket.write(commands.map(encode).join('')));
    socket.on('data', (chunk: string) => {
      replies += chunk;
      if (replies.split('\r\n').length > commands.length) done();
    });
    socket.on('error', done).on('close', done);
  });
}

function encode(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
