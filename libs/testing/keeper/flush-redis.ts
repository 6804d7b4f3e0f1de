import { redisReplies } from '#embedded';

/** Empties one database of a Redis. */
export async function flushRedis(port: number, password: string, number: number): Promise<void> {
  const replies = await redisReplies(port, [['AUTH', password], ['SELECT', String(number)], ['FLUSHDB']]);
  if (/^-/m.test(replies)) throw new Error(`Redis refused to empty database ${number}: ${replies.trim()}`);
}
