import { jest } from '@jest/globals';
import { createServer as createHttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { testCertificate, testCertificateKey } from './certificate.fixture.js';
import type { ResolvedAddress } from './guarded-connector.js';
import { closeAll, clients, failureOf, idle, listen, post, publicAddress } from './loopback.fixture.js';
import { OutboundClient, type OutboundClientOptions } from './outbound-client.js';

afterEach(closeAll);

describe('addresses', () => {
  it.each<[string, ResolvedAddress[]]>([
    ['a loopback address', [{ address: '127.0.0.1', family: 4 }]],
    ['a mapped loopback address', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['cloud metadata', [{ address: '169.254.169.254', family: 4 }]],
    ['one private address among public ones', [publicAddress, { address: '10.0.0.1', family: 4 }]],
    ['something that is no address', [{ address: 'localhost', family: 4 }]],
  ])('a name that resolves to %s is refused', async (_what, addresses) => {
    const client = new OutboundClient({ production: true, resolve: async () => addresses });
    for (const freshSocket of [true, false]) {
      const error = await failureOf(client.request('https://as.example.com/token', { ...post, freshSocket }));
      expect(error).toMatchObject({ code: 'address-forbidden', phase: 'not_sent' });
    }
    await client.close();
  });

  it('an operator’s private server may be on loopback, but never at cloud metadata', async () => {
    const client = new OutboundClient({
      production: true,
      allowedPrivateOrigins: ['keycloak.corp.example:8443'],
      resolve: async () => [{ address: '169.254.169.254', family: 4 }],
    });
    expect(await failureOf(client.request('https://keycloak.corp.example:8443/'))).toMatchObject({
      code: 'address-forbidden',
    });
  });

  it('the sandbox’s name must be on loopback', async () => {
    const client = new OutboundClient({
      production: false,
      sandboxOrigin: 'http://localhost:4006',
      resolve: async () => [publicAddress],
    });
    expect(await failureOf(client.request('http://localhost:4006/token'))).toMatchObject({
      code: 'address-forbidden',
    });
  });

  it('are resolved once for a connection; Host and SNI stay those of the URL; a later, other answer changes nothing', async () => {
    const seen: unknown[] = [];
    const server = createHttpsServer(
      { cert: testCertificate, key: testCertificateKey },
      (request, response) => {
        seen.push([request.headers.host, (request.socket as TLSSocket & { servername?: string }).servername]);
        response.end('ok');
      },
    );
    const { port } = await listen(server);
    const answers: ResolvedAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [{ address: '169.254.169.254', family: 4 }],
    ];
    const resolve = jest.fn(async () => answers.shift() ?? []);
    const client = new OutboundClient({
      production: true,
      allowedPrivateOrigins: [`as.internal.test:${port}`],
      certificateAuthorities: [testCertificate],
      resolve,
    });
    clients.push(client);
    const url = `https://as.internal.test:${port}/token`;
    expect((await client.request(url, post)).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(1);
    await idle();
    expect((await client.request(url, post)).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(Array(2).fill([`as.internal.test:${port}`, 'as.internal.test']));
    const rebound = await failureOf(client.request(url, { ...post, freshSocket: true }));
    expect(rebound).toMatchObject({ code: 'address-forbidden', phase: 'not_sent' });
  });

  it('do not stand in for a certificate of the right name', async () => {
    const server = createHttpsServer({ cert: testCertificate, key: testCertificateKey }, (_, response) =>
      response.end(),
    );
    const { port } = await listen(server);
    const options: OutboundClientOptions = {
      production: true,
      allowedPrivateOrigins: [`other.test:${port}`, `as.internal.test:${port}`],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    };
    const trusting = new OutboundClient({ ...options, certificateAuthorities: [testCertificate] });
    expect(await failureOf(trusting.request(`https://other.test:${port}/`))).toMatchObject({
      code: 'tls-failed',
      phase: 'not_sent',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(
      await failureOf(new OutboundClient(options).request(`https://as.internal.test:${port}/`)),
    ).toMatchObject({
      code: 'tls-failed',
      phase: 'not_sent',
    });
  });
});
