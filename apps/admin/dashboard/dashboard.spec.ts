import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { DashboardBuild } from './dashboard-build.js';
import { dashboardPlugin } from './dashboard.plugin.js';

const script = 'console.log("the page")';
const folder = mkdtempSync(join(tmpdir(), 'evergrant-dashboard-'));
let server: FastifyInstance;
let bare: FastifyInstance;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>',
  );
  writeFileSync(join(folder, 'assets', 'index-Ab12.js'), script);
  writeFileSync(join(folder, 'assets', 'index-Ab12.js.br'), brotliCompressSync(script));
  writeFileSync(join(folder, 'assets', 'index-Ab12.js.map'), '{}');
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  server = Fastify();
  await server.register(dashboardPlugin, { build: new DashboardBuild(folder) });
  bare = Fastify();
  await bare.register(dashboardPlugin, { build: new DashboardBuild(join(folder, 'nowhere')) });
});
afterAll(async () => {
  await server.close();
  await bare.close();
  rmSync(folder, { recursive: true });
});

const visit = (url: string, accept = 'text/html,application/xhtml+xml,*/*;q=0.8') =>
  server.inject({ url, headers: { accept, 'accept-encoding': 'gzip, br' } });

describe("the dashboard's page", () => {
  it.each(['/', '/connections', '/connections/con_x?state=active', '/connect-links', '/settings/a.b'])(
    'answers a browser at %s',
    async (url) => {
      const { statusCode, headers, body } = await visit(url);
      expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(body).toContain('<!doctype html>');
    },
  );

  it('has a policy with a nonce of this answer alone', async () => {
    const answers = [await visit('/'), await visit('/')];
    const nonces = answers.map(({ body }) => /nonce="([\w-]{22})"/.exec(body)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    expect(answers[0]!.body).not.toContain('__CSP_NONCE__');
    expect(answers[0]!.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonces[0]}'; style-src-attr 'none'; ` +
        `img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; ` +
        `frame-ancestors 'none'; trusted-types default; require-trusted-types-for 'script'`,
    );
  });

  it.each([
    ['/assets/index-old.js', undefined],
    ['/assets/', undefined],
    ['/assets/index-Ab12.js.map', undefined],
    ['/assets/..%2findex.html', undefined],
    ['/admin/api/nothing', undefined],
    ['/Admin/x', undefined],
    ['/metrics', undefined],
    ['/v1/nothing', undefined],
    ['/connect/x', undefined],
    ['/oauth/token', undefined],
    ['/connections', 'application/json'],
  ])('does not stand in for %s that is not there', async (url, accept) => {
    const { statusCode, headers } = await visit(url, accept);
    expect([statusCode, headers['content-type']]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('says how it is built where it is not', async () => {
    const answer = await bare.inject({ url: '/connections', headers: { accept: 'text/html' } });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('npm run build');
  });
});

describe("the dashboard's files", () => {
  it('are sent as they were compressed by the build, and kept for good', async () => {
    const { headers, rawPayload } = await visit('/assets/index-Ab12.js', '*/*');
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringMatching(/^(text|application)\/javascript/),
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(String(headers.vary).toLowerCase()).toContain('accept-encoding');
    expect(brotliDecompressSync(rawPayload).toString()).toBe(script);
  });

  it('are sent plain to whoever knows no Brotli', async () => {
    const { headers, body } = await server.inject({ url: '/assets/index-Ab12.js' });
    expect([headers['content-encoding'], body]).toEqual([undefined, script]);
  });

  it('without a hash in their name are asked for again', async () => {
    const { statusCode, headers } = await visit('/favicon.svg', 'image/svg+xml');
    expect([statusCode, headers['cache-control']]).toEqual([200, 'public, no-cache']);
  });

  it('are not the page without its nonce', async () => {
    expect((await visit('/index.html')).body).not.toContain('__CSP_NONCE__');
  });
});
