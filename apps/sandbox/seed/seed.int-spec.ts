import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { SandboxDatabase } from '../store/sandbox-database.js';
import { RunningSandbox } from '../testing/running-sandbox.js';
import { redirectUri, SandboxClient } from '../testing/sandbox-client.js';
import { Users } from '../users/users.js';
import { readSeedFile } from './seed-file.js';

const user = { login: 'admin@localhost', password: 'first', email: 'admin@localhost', groups: ['admins'] };
const client = { client_id: 'dashboard', client_secret: 'a-secret', redirect_uris: [redirectUri] };
const scope = 'openid email groups';

describe('a seed file', () => {
  it('puts users and clients in place, and again at the next start with what has changed', async () => {
    const sandbox = await RunningSandbox.start({ users: [user], clients: [client] });
    const signIn = async (password: string, secret: string) => {
      const one = SandboxClient.known(sandbox.origin, client.client_id, secret);
      return (await one.connect({ login: user.login, password, parameters: { scope } })).body;
    };
    try {
      const first = decodeJwt((await signIn('first', 'a-secret')).id_token);
      expect(first).toMatchObject({ aud: 'dashboard', email: 'admin@localhost', groups: ['admins'] });
      await sandbox.restart({
        users: [{ ...user, password: 'second', groups: ['admins', 'more'] }],
        clients: [{ ...client, client_secret: 'another-secret' }],
      });
      expect((await signIn('second', 'a-secret')).error).toBe('invalid_client');
      const second = decodeJwt((await signIn('second', 'another-secret')).id_token);
      expect(second).toMatchObject({ sub: first.sub, groups: ['admins', 'more'] });
      await expect(signIn('first', 'another-secret')).rejects.toThrow('Wrong login or password');
    } finally {
      await sandbox.stop();
    }
  });

  it('is refused with a client that registration would refuse, which is named', async () => {
    const clients = [client, { ...client, client_id: 'broken', redirect_uris: ['nonsense'] }];
    const start = RunningSandbox.start({ users: [user], clients });
    await expect(start).rejects.toThrow(/SANDBOX_SEED_FILE: clients\.1: redirect_uris/);
    const unknownPersona = RunningSandbox.start({ clients: [{ ...client, persona: 'unheard-of' }] });
    await expect(unknownPersona).rejects.toThrow(/clients\.0: persona/);
  });
});

describe('reading a seed file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-seed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (content: string): string => {
    const file = join(folder, 'seed.json');
    writeFileSync(file, content);
    return file;
  };

  it('names the file and every fault, and no password', () => {
    const file = written(
      JSON.stringify({ users: [{ login: '', password: 'hush-hush', email: 'x', age: 3 }], clients: [{}] }),
    );
    const read = () => readSeedFile(file);
    expect(read).toThrow(file);
    for (const fault of ['users.0.login', 'users.0.email', '"age"', 'clients.0.client_id'])
      expect(read).toThrow(fault);
    expect(() => readSeedFile(written('{ "password": hush-hush }'))).toThrow(/seed\.json is not JSON$/);
    expect(() => readSeedFile(join(folder, 'missing.json'))).toThrow('missing.json');
    expect(read).not.toThrow(/hush/);
  });

  it('needs neither users nor clients', () => {
    expect(readSeedFile(written('{}'))).toEqual({ users: [], clients: [] });
  });
});

describe('a data file of a version without groups', () => {
  it('is taken as it is: its users are in none, and can be put in some', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-old-'));
    const file = join(folder, 'sandbox.sqlite');
    const old = new DatabaseSync(file);
    old.exec(`CREATE TABLE user (
      login TEXT PRIMARY KEY, sub TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
      salt TEXT NOT NULL, password_hash TEXT NOT NULL) STRICT;
      INSERT INTO user VALUES ('ada', 'sub-of-ada', 'Ada', 'ada@x.example', 's', 'h')`);
    old.close();
    for (const groups of [[], ['admins']]) {
      const database = new SandboxDatabase(file);
      const users = new Users(database);
      expect(users.find('ada')).toMatchObject({ sub: 'sub-of-ada', groups });
      await users.put('ada', { password: 'new', groups: ['admins'] });
      database.close();
    }
    rmSync(folder, { recursive: true });
  });
});
