import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ResolvedAddress } from './guarded-connector.js';
import { OutboundClient, type OutboundClientOptions } from './outbound-client.js';
import { OutboundError } from './outbound-error.js';
import type { OutboundRequest } from './outgoing-request.js';

const opened: { server: Server; sockets: Set<Socket> }[] = [];
export const clients: OutboundClient[] = [];

export async function listen<S extends Server>(
  server: S,
): Promise<{ server: S; port: number; connections: () => number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  opened.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, port, connections: () => count };
}

export async function closeAll(): Promise<void> {
  for (const client of clients.splice(0)) await client.close();
  for (const { server, sockets } of opened.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A server at the place of the sandbox, and a client that may reach it. */
export async function served(listener: RequestListener, options: Partial<OutboundClientOptions> = {}) {
  const { port, connections } = await listen(createHttpServer(listener));
  return { ...reaching(port, options), connections };
}

/** The same with a server that writes raw bytes. */
export async function servedRaw(
  onRequest: (socket: Socket, head: string) => void,
  options: Partial<OutboundClientOptions> = {},
) {
  const server = createTcpServer((socket) =>
    socket.on('data', (data) => onRequest(socket, data.toString('latin1'))),
  );
  const { port, connections } = await listen(server);
  return { ...reaching(port, options), connections };
}

export function reaching(port: number, options: Partial<OutboundClientOptions>) {
  const origin = `http://127.0.0.1:${port}`;
  const client = new OutboundClient({ production: false, sandboxOrigin: origin, ...options });
  clients.push(client);
  return { client, origin, url: `${origin}/token` };
}

export async function failureOf(answer: Promise<unknown>): Promise<OutboundError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
  throw new Error('there was an answer');
}

export const post: OutboundRequest = {
  method: 'POST',
  body: new URLSearchParams({ refresh_token: 'canary-rt' }),
};
export const bodyOf = async (request: IncomingMessage) => Buffer.concat(await request.toArray()).toString();
/** undici takes a socket back one turn of the event loop after the answer. */
export const idle = () => new Promise((resolve) => setTimeout(resolve, 5));
export const publicAddress: ResolvedAddress = { address: '93.184.215.14', family: 4 };
