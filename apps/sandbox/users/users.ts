import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Row, SandboxDatabase } from '../store/sandbox-database.js';

export interface User {
  login: string;
  sub: string;
  name: string;
  email: string;
  groups: string[];
}

/** What may be said of a user; what is left out stays, or is made up. */
export interface UserInput {
  password: string;
  name?: string | undefined;
  email?: string | undefined;
  sub?: string | undefined;
  groups?: string[] | undefined;
}

const columns = 'login, sub, name, email, groups';
const derive = promisify<string, string, number, Buffer>(scrypt);
const hashPassword = async (password: string, salt: string): Promise<string> =>
  (await derive(password, salt, 32)).toString('hex');

/** The people who can log in to the sandbox. */
export class Users {
  constructor(private readonly database: SandboxDatabase) {}

  async put(login: string, { password, ...given }: UserInput): Promise<User> {
    const known = this.find(login);
    const user = {
      login,
      sub: given.sub ?? known?.sub ?? randomBytes(16).toString('base64url'),
      name: given.name ?? known?.name ?? login,
      email: given.email ?? known?.email ?? `${encodeURIComponent(login)}@sandbox.example`,
      groups: given.groups ?? known?.groups ?? [],
    };
    const salt = randomBytes(16).toString('hex');
    const passwordHash = await hashPassword(password, salt);
    this.database.run(
      `INSERT INTO user (login, sub, name, email, groups, salt, password_hash) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (login) DO UPDATE SET sub = excluded.sub, name = excluded.name, email = excluded.email,
         groups = excluded.groups, salt = excluded.salt, password_hash = excluded.password_hash`,
      user.login,
      user.sub,
      user.name,
      user.email,
      JSON.stringify(user.groups),
      salt,
      passwordHash,
    );
    return user;
  }

  find(login: string): User | undefined {
    return userOf(this.database.row(`SELECT ${columns} FROM user WHERE login = ?`, login));
  }

  findBySub(sub: string): User | undefined {
    return userOf(this.database.row(`SELECT ${columns} FROM user WHERE sub = ?`, sub));
  }

  /** The user, or nothing when the login is unknown or the password wrong: both take the same time. */
  async authenticate(login: string, password: string): Promise<User | undefined> {
    const row = this.database.row(`SELECT ${columns}, salt, password_hash FROM user WHERE login = ?`, login);
    const expected = Buffer.from(String(row?.['password_hash'] ?? '0'.repeat(64)), 'hex');
    const actual = Buffer.from(await hashPassword(password, String(row?.['salt'] ?? 'nobody')), 'hex');
    return row && timingSafeEqual(expected, actual) ? this.find(login) : undefined;
  }

  delete(login: string): boolean {
    return this.database.run('DELETE FROM user WHERE login = ?', login).changes > 0;
  }

  list(): User[] {
    return this.database
      .rows(`SELECT ${columns} FROM user ORDER BY login`)
      .flatMap((row) => userOf(row) ?? []);
  }
}

function userOf(row: Row | undefined): User | undefined {
  return row && ({ ...row, groups: JSON.parse(String(row['groups'])) as string[] } as unknown as User);
}
