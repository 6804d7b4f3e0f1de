import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createKeyFile } from '#vault';
import { provideAssertionKeys } from '../start/assertion-keys.js';
import { dashboardAdmin, dashboardClient } from '../start/sign-in-files.js';

/** The user of the image, as whom the services must be able to read their keys. */
const containerUser = 1000;

const passwords = [
  'POSTGRES_PASSWORD',
  'AUTH_FLOW_DATABASE_PASSWORD',
  'REFRESH_WORKER_DATABASE_PASSWORD',
  'REVOCATION_AUDIT_DATABASE_PASSWORD',
  'ADMIN_DATABASE_PASSWORD',
  'REDIS_PASSWORD',
  'SANDBOX_USER_PASSWORD',
];

const secretFiles = [
  'vault-key.json',
  'assertion-key.json',
  'assertion-jwks.json',
  'sign-in-issuers.json',
  'sandbox-seed.json',
];

/**
 * Makes what docker-compose.yml asks for: passwords in `.env`, keys in `secrets/`. What is there stays: a new
 * vault key could not open what the old one sealed. Returns the paths made now, relative to the folder.
 */
export async function prepare(folder: string): Promise<string[]> {
  const made: string[] = [];
  const once = async (name: string, make: (path: string) => void | Promise<void>): Promise<boolean> => {
    const path = join(folder, name);
    if (existsSync(path)) return false;
    await make(path);
    made.push(name);
    return true;
  };
  mkdirSync(join(folder, 'secrets'), { mode: 0o700, recursive: true });
  await once('.env', writePasswords);
  await once('secrets/vault-key.json', (path) => void createKeyFile(path));
  const assertionJwks = join(folder, 'secrets/assertion-jwks.json');
  if (await once('secrets/assertion-key.json', (path) => provideAssertionKeys(path, assertionJwks)))
    made.push('secrets/assertion-jwks.json');
  await once('secrets/sign-in-issuers.json', (path) => writeDocument(path, { issuers: [] }));
  await once('secrets/sandbox-seed.json', (path) => writeDocument(path, demoSeed()));
  handOver(folder);
  return made;
}

function writePasswords(path: string): void {
  // Hexadecimal, since the passwords become parts of URLs.
  const lines = passwords.map((name) => `${name}=${randomBytes(24).toString('hex')}\n`);
  writeFileSync(
    path,
    `# Made by tools/compose/prepare; .env.example says what else can be set.\n${lines.join('')}`,
    {
      mode: 0o600,
    },
  );
}

/** For `--profile demo`: the dashboard as a client of the sandbox, and who may sign in there. */
function demoSeed() {
  const [password, secret] = [randomBytes(12), randomBytes(24)].map((bytes) => bytes.toString('base64url'));
  return {
    users: [dashboardAdmin({ email: 'admin@localhost', password: password! })],
    clients: [dashboardClient('http://localhost:4000', secret!)],
  };
}

function writeDocument(path: string, document: object): void {
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
}

/** As root: the keys to the services' user, `.env` to whoever owns the folder and runs Compose. */
function handOver(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(join(folder, '.env'), uid, gid);
  for (const name of ['', ...secretFiles])
    chownSync(join(folder, 'secrets', name), containerUser, containerUser);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const made = await prepare(process.argv[2] ?? '.');
  process.stdout.write(made.length > 0 ? `made ${made.join(', ')}\n` : 'everything is there already\n');
}
