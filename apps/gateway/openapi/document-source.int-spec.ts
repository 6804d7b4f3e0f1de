import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UpstreamName } from '#platform';
import { UpstreamClient } from '../upstreams/upstream.client.js';
import { DocumentSource } from './document-source.js';

const frame = { openapi: '3.1.0', info: { title: 'Evergrant', version: '1', description: 'All of it.' } };
const servers: Server[] = [];
const clients: UpstreamClient[] = [];
let asked: number;

beforeEach(() => void (asked = 0));
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) server.close();
});

async function service(name: UpstreamName, answer: unknown): Promise<UpstreamClient> {
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(answer === undefined ? 503 : 200).end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const origins = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
  const client = new UpstreamClient({ name, origins, connectTimeoutMs: 500, answerTimeoutMs: 500 });
  clients.push(client);
  return client;
}

const documentWith = (path: string) => ({ ...frame, paths: { [path]: { get: {} } } });

describe('DocumentSource', () => {
  it('joins what the services say, and asks each once however many readers there are', async () => {
    const source = new DocumentSource(
      async () => frame,
      [
        await service('auth-flow', documentWith('/v1/connections')),
        await service('revocation-audit', documentWith('/v1/revocations')),
      ],
    );
    const documents = await Promise.all([source.merged(), source.merged(), source.merged()]);
    expect(Object.keys(documents[0].paths!)).toEqual(['/v1/connections', '/v1/revocations']);
    await source.merged();
    expect(asked).toBe(2);
  });

  it('names the service that does not answer, and asks again after a few seconds', async () => {
    let nowMs = 0;
    const upstreams = [await service('auth-flow', documentWith('/v1/x')), await service('admin', undefined)];
    const source = new DocumentSource(
      async () => frame,
      upstreams,
      () => nowMs,
    );
    const document = await source.merged();
    expect(document['x-evergrant-missing']).toEqual(['admin']);
    expect(document.info.description).toMatch(/^\*\*Incomplete:\*\* admin did not answer.*All of it\.$/s);
    nowMs = 4_999;
    await source.merged();
    expect(asked).toBe(2);
    nowMs = 5_000;
    await source.merged();
    expect(asked).toBe(4);
  });

  it('takes an answer that is no OpenAPI 3.1 document for a missing one', async () => {
    const source = new DocumentSource(async () => frame, [await service('admin', { swagger: '2.0' })]);
    expect((await source.merged())['x-evergrant-missing']).toEqual(['admin']);
  });
});
