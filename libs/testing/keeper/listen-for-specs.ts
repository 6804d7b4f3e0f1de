import { rmSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isAlive, type ProcessIdentity } from '#embedded';
import type { KeptServers } from './kept-servers.js';
import type { Question, Reply } from './protocol.js';

/** The keeper's socket; it closes when nobody was connected for `idleMs`. */
export interface Keeper {
  close(): void;
  readonly closed: Promise<void>;
}

/** Listens for specs. A socket file that nobody listens on is a dead keeper's and is replaced. */
export async function listenForSpecs(path: string, servers: KeptServers, idleMs: number): Promise<Keeper> {
  if (await answers(path)) process.exit(0);
  rmSync(path, { force: true });
  const server = createServer();
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  const connections = new Set<Socket>();
  let idle = setTimeout(close, idleMs);

  function close(): void {
    clearTimeout(idle);
    server.close();
    for (const socket of connections) socket.destroy();
  }

  server.on('connection', (socket) => {
    clearTimeout(idle);
    connections.add(socket);
    serve(socket, servers);
    socket.once('close', () => {
      connections.delete(socket);
      clearTimeout(idle);
      if (connections.size === 0) idle = setTimeout(close, idleMs);
    });
  });
  await listen(server, path);
  return { close, closed };
}

function serve(socket: Socket, servers: KeptServers): void {
  const watched: ProcessIdentity[] = [];
  const databases = new Set<string>();
  socket.on('error', () => undefined);
  socket.once('close', () => {
    for (const identity of watched) if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
    for (const name of databases) void servers.dropDatabase(name).catch(() => undefined);
  });

  const answer = async ({ what, ask }: Question): Promise<unknown> => {
    switch (what) {
      case 'database': {
        const database = await servers.createDatabase((ask as { migrated: boolean }).migrated);
        databases.add(database.name);
        return database;
      }
      case 'drop-database': {
        const { name } = ask as { name: string };
        databases.delete(name);
        return servers.dropDatabase(name);
      }
      case 'redis':
        return servers.takeRedis();
      case 'drop-redis':
        return servers.dropRedis((ask as { number: number }).number);
      case 'directory':
        return servers.newDirectory();
      case 'watch':
        watched.push(ask as ProcessIdentity);
        return null;
    }
  };

  createInterface({ input: socket }).on('line', (line) => {
    const question = JSON.parse(line) as Question;
    answer(question).then(
      (given) => reply({ id: question.id, answer: given ?? null }),
      (error: unknown) => reply({ id: question.id, error: (error as Error).message }),
    );
  });

  function reply(message: Reply): void {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}
