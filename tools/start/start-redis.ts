import { join } from 'node:path';
import { findRedis, provideRedis, RedisMissingError, RedisServer, redisReplies } from '#embedded';
import { KeptProcess } from './kept-process.js';
import { leftBehind } from './orphans.js';
import { StartError } from './start-error.js';
import type { StartContext } from './start-context.js';

/** SIGTERM makes Redis sync its append-only file before it leaves. */
const END = { signal: 'SIGTERM', patienceMs: 20_000, last: 'SIGKILL' } as const;

/** The private Redis, or theirs where REDIS_URL names one; returns its URL. */
export async function startRedis({
  data,
  settings,
  secrets,
  ports,
  steps,
  system,
}: StartContext): Promise<string> {
  if (settings.redisUrl) return settings.redisUrl;
  const unpacked = join(data.path, 'redis-package');
  const binary = findRedis(unpacked) ?? (await steps.step('Install Redis', (say) => provided(unpacked, say)));
  const { port, password } = { port: ports.redis, password: secrets.passwords.redis };
  const server = new RedisServer(
    { home: join(data.path, 'redis'), port, password, logFile: data.log('redis'), durable: true },
    binary,
  );
  const runFile = data.run('redis');
  const kept = new KeptProcess({
    name: 'redis',
    logFile: data.log('redis'),
    runFile,
    end: END,
    report: steps.line,
    launch: async () => {
      const left = leftBehind(runFile);
      if (!left || !(await server.adopt(left))) await server.start();
      return server.process!;
    },
    isReady: async () => (await redisReplies(port, [['AUTH', password], ['PING']])).includes('+PONG'),
  });
  await steps.step('Start Redis', () => system.add('redis', kept).start());
  return server.url;
}

async function provided(unpacked: string, say: (detail: string) => void): ReturnType<typeof provideRedis> {
  try {
    return await provideRedis(unpacked, say);
  } catch (error) {
    throw error instanceof RedisMissingError ? new StartError(error.message) : error;
  }
}
