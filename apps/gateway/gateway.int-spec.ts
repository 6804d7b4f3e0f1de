import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { chromium } from 'playwright-core';
import { chromiumTest, eventually, findChromium, freePort } from '#testing';
import { createService } from '#platform';
import { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';

/** The gateway as it is booted, in front of services that are a few lines each. */
const servers: Server[] = [];
let answer: RequestListener;
let app: NestFastifyApplication;
let url: string;
let auditPort: number;
let config: GatewayConfig;

async function startGateway(): Promise<NestFastifyApplication> {
  const module = GatewayModule.with(config);
  const started = await createService({ service: 'gateway', module, config, openApi: false });
  await started.listen(0, '127.0.0.1');
  return started;
}

async function service(listener: RequestListener, port = 0): Promise<string> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service's own document, with one route to try. */
const described = {
  openapi: '3.1.0',
  info: {},
  paths: {
    '/v1/connections': {
      get: {
        summary: 'List connections',
        operationId: 'list',
        responses: { 200: { description: 'Success' } },
      },
    },
    '/metrics': {},
  },
};

const ready: RequestListener = (_request, response) => response.end('{}');

beforeAll(async () => {
  auditPort = await freePort();
  config = new GatewayConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://localhost:4000',
    AUTH_FLOW_URLS: await service((request, response) => answer(request, response)),
    REVOCATION_AUDIT_URLS: `http://127.0.0.1:${auditPort}`,
    ADMIN_URLS: await service((_request, response) => response.writeHead(404).end()),
    ANSWER_TIMEOUT_SECONDS: '1',
  });
  app = await startGateway();
  url = await app.getUrl();
});
beforeEach(() => (answer = ready));
afterAll(async () => {
  await app.close();
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
}, 30_000);

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as { type: string; request_id: string; detail?: string };
};

describe('the gateway', () => {
  it('is not ready until every service that tokens need is', async () => {
    const answered = await fetch(`${url}/health/ready`);
    expect(answered.status).toBe(503);
    expect(await answered.json()).toMatchObject({
      checks: { 'auth-flow': { status: 'up' }, 'revocation-audit': { status: 'down' } },
    });
    await service(ready, auditPort);
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'degraded' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('keeps the request id that a client gives, makes one else, and tells the service', async () => {
    const told: unknown[] = [];
    answer = (request, response) => {
      told.push(request.headers['x-request-id']);
      response.end();
    };
    const given = await fetch(`${url}/v1/connections`, { headers: { 'x-request-id': 'client-id-1' } });
    const made = await fetch(`${url}/v1/connections`);
    const ids = [given, made].map((one) => one.headers.get('x-request-id'));
    expect(ids).toEqual(['client-id-1', expect.stringMatching(/^req_/)]);
    expect(told).toEqual(ids);
  });

  it('passes a form and a body of any size on, unread', async () => {
    const lengths: number[] = [];
    answer = (request, response) => {
      let length = 0;
      request
        .on('data', (chunk: Buffer) => (length += chunk.length))
        .on('end', () => {
          lengths.push(length);
          response.end();
        });
    };
    await fetch(`${url}/v1/introspect`, { method: 'POST', body: new URLSearchParams({ token: 'x' }) });
    await fetch(`${url}/v1/connections`, { method: 'POST', body: 'x'.repeat(300_000) });
    expect(lengths).toEqual([7, 300_000]);
  });

  it('does not wait for a stream of events when it leaves', async () => {
    let left = false;
    answer = (request, response) => {
      request.once('close', () => (left = true));
      response
        .writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
        .write('event: open\n\n');
    };
    const leaving = await startGateway();
    const stream = await fetch(`${await leaving.getUrl()}/v1/connections`);
    const read = stream.text().catch((error: unknown) => error);
    const begun = Date.now();
    await leaving.close();
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(await read).toHaveProperty('name', 'TypeError');
    await eventually(async () => expect(left).toBe(true));
  }, 20_000);

  it('says 502, 503 or 504 by what became of the request', async () => {
    answer = (request, response) => void request.resume().on('end', () => response.destroy());
    const lost = await fetch(`${url}/v1/connections`, { method: 'POST', body: '{}' });
    expect([lost.status, (await problemOf(lost)).type]).toEqual([502, '/problems/service-lost']);
    answer = () => undefined;
    const slow = await fetch(`${url}/v1/connections`);
    expect([slow.status, (await problemOf(slow)).type]).toEqual([504, '/problems/service-timed-out']);
    const server = servers.pop()!;
    server.closeAllConnections();
    server.close();
    const gone = await fetch(`${url}/v1/audit/entries`, { headers: { 'x-request-id': 'client-id-2' } });
    expect([gone.status, gone.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await problemOf(gone)).toMatchObject({
      type: '/problems/service-unavailable',
      request_id: 'client-id-2',
    });
  }, 10_000);

  it.each(['/v1/nothing', '/metrics/', '/internal/x'])('answers %s with a problem', async (path) => {
    const answered = await fetch(url + path);
    expect([answered.status, (await problemOf(answered)).type]).toEqual([404, '/problems/not-found']);
  });

  it('merges what the services say of themselves with the events as webhooks', async () => {
    answer = (_request, response) => response.end(JSON.stringify(described));
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Record<string, object>;
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Evergrant' },
      paths: { '/v1/connections': {} },
      webhooks: { 'connection.revoked': {}, 'token.refreshed': {} },
      components: { schemas: { CloudEvent: {}, TokenEventData: {} } },
    });
    expect(Object.keys(document['paths']!)).toEqual(['/v1/connections']);
  });

  it.each([
    ['/', 'Evergrant is running'],
    ['/docs', 'swagger-ui'],
    ['/problems', 'connection-revoked'],
    ['/problems/connection-revoked', 'The connection was revoked'],
  ])('shows a page at %s that runs no inline script', async (path, text) => {
    const answered = await fetch(url + path);
    const policy = answered.headers.get('content-security-policy') ?? '';
    expect(answered.status).toBe(200);
    expect(answered.headers.get('content-type')).toContain('text/html');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const html = await answered.text();
    expect(html).toContain(text);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|https?:\/\/(?!localhost)/);
  });

  it('has every file that its documentation page loads', async () => {
    const html = await (await fetch(`${url}/docs`)).text();
    for (const [, path] of html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
  });

  it('has a page for no problem that does not exist', async () => {
    expect((await fetch(`${url}/problems/nope`)).status).toBe(404);
  });

  chromiumTest(
    'lets a browser read and try the API without a violation of its policy',
    async () => {
      answer = (_request, response) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(described));
      const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        const faults: string[] = [];
        page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
        page.on('pageerror', (error) => faults.push(error.message));
        page.on('request', (request) => {
          if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
            faults.push(request.url());
        });
        await page.goto(`${url}/docs`);
        await page.click('[id$="-list"] .opblock-summary-control');
        await page.click('.try-out__btn');
        await page.click('.execute');
        await page.waitForSelector('.live-responses-table');
        expect(await page.textContent('.live-responses-table tbody .response-col_status')).toContain('200');
        expect(await page.textContent('.swagger-ui')).toContain('connection.revoked');
        expect(faults).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    30_000,
  );
});
