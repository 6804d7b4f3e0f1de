import { redisReplies, withConnection } from '#embedded';
import { createDatabase, createRedis, startPostgres, startRedis } from './index.js';

const say = async (url: string, ...commands: string[][]): Promise<string> => {
  const { port, password, pathname } = new URL(url);
  return redisReplies(Number(port), [['AUTH', password], ['SELECT', pathname.slice(1) || '0'], ...commands]);
};

describe('a database of a spec', () => {
  test('is its own: what one writes, another does not see', async () => {
    const [one, other] = await Promise.all([
      createDatabase({ migrated: false }),
      createDatabase({ migrated: false }),
    ]);
    await one.query('CREATE TABLE note (text text)');
    await expect(other.query('SELECT * FROM note')).rejects.toThrow('does not exist');
    await Promise.all([one.drop(), other.drop()]);
  });

  test('sorts by bytes, whatever the machine’s language', async () => {
    const database = await createDatabase({ migrated: false });
    const [row] = await database.query(`SELECT 'a' > 'B' AS bytes, getdatabaseencoding() AS encoding`);
    expect(row).toEqual({ bytes: true, encoding: 'UTF8' });
    await database.drop();
  });

  test('belongs to an owner who is no superuser', async () => {
    const database = await createDatabase({ migrated: false });
    const owner = await withConnection(database.ownerUrl, (client) =>
      client.query(`SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user`),
    );
    expect(owner.rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    await database.drop();
  });

  test('is gone after drop, even under an open connection', async () => {
    const database = await createDatabase({ migrated: false });
    await withConnection(database.adminUrl, async () => database.drop());
    await expect(database.query('SELECT 1')).rejects.toThrow('does not exist');
  });
});

describe('a Redis of a spec', () => {
  test('is its own number, empty at first', async () => {
    const [one, other] = await Promise.all([createRedis(), createRedis()]);
    await say(one.url, ['SET', 'a', '1']);
    expect(await say(one.url, ['DBSIZE'])).toMatch(/:1\r\n$/);
    expect(await say(other.url, ['DBSIZE'])).toMatch(/:0\r\n$/);
    await Promise.all([one.drop(), other.drop()]);
  });

  test('refuses writes rather than evict', async () => {
    const redis = await createRedis();
    expect(await say(redis.url, ['CONFIG', 'GET', 'maxmemory-policy'])).toContain('noeviction');
    await redis.drop();
  });
});

describe('a server of a spec’s own', () => {
  test('Redis keeps its data and address over a kill', async () => {
    const redis = await startRedis();
    await say(redis.url, ['SET', 'a', 'kept']);
    await redis.kill();
    expect(await say(redis.url, ['GET', 'a'])).toBe('');
    await redis.start();
    expect(await say(redis.url, ['GET', 'a'])).toContain('kept');
    await redis.stop();
  });

  test('Postgres answers again after a kill', async () => {
    const postgres = await startPostgres();
    await postgres.kill();
    await expect(withConnection(postgres.url, (client) => client.query('SELECT 1'))).rejects.toThrow();
    await postgres.start();
    await withConnection(postgres.url, (client) => client.query('SELECT 1'));
    await postgres.stop();
  }, 30_000);
});
