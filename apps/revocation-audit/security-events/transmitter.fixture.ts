import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
export const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
export const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

export interface Forgery {
  claims?: Record<string, unknown>;
  header?: { typ?: string; kid?: string };
  key?: CryptoKey;
}

interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** A transmitter of SSF 1.0 on 127.0.0.1: metadata, keys, stream configuration, verification, polls; and a receiver. */
export class Transmitter {
  readonly asked: Asked[] = [];
  /** What polls answer: SETs by jti, until they are acknowledged or refused. */
  readonly queue = new Map<string, string>();
  /** Paths that answer 500. */
  readonly broken = new Set<string>();
  /** Paths that answer nothing, until they are taken out of here. */
  readonly silent = new Set<string>();
  /** What the next SETs that are pushed to it are answered; 202 when there is nothing left. */
  readonly receiverAnswers: number[] = [];
  /** How many polls are answered at once, at most so far. */
  mostPolls = 0;
  metadataIssuer: string | undefined;
  private polls = 0;
  private privateKey!: CryptoKey;
  private keys: JWK[] = [];
  private server!: Server;
  private stopped = false;

  static async start(): Promise<Transmitter> {
    const transmitter = new Transmitter();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    transmitter.privateKey = privateKey;
    transmitter.keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }];
    transmitter.server = createServer((request, response) => {
      void transmitter.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => transmitter.server.listen(0, '127.0.0.1', resolve));
    return transmitter;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get jwks(): { keys: JWK[] } {
    return { keys: this.keys };
  }

  /** A good SET for `audience`, but for what is changed. */
  set(audience: string | string[], { claims = {}, header = {}, key = this.privateKey }: Forgery = {}) {
    return new SignJWT({
      iss: this.url,
      aud: audience,
      iat: Math.floor(Date.now() / 1_000),
      jti: randomUUID(),
      events: { [`${caep}session-revoked`]: { event_timestamp: 1_600_975_810 } },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt', ...header })
      .sign(key);
  }

  to(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    const { method = '', url: path = '', headers } = request;
    const raw = await text(request);
    const isSet = headers['content-type'] === 'application/secevent+jwt';
    const body = (isSet ? { set: raw } : JSON.parse(raw || '{}')) as Record<string, unknown>;
    this.asked.push({ method, path, authorization: headers.authorization, body });
    while (this.silent.has(path) && !this.stopped) await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.broken.has(path)) return { status: 500 };
    if (path === '/.well-known/ssf-configuration') return { status: 200, body: this.metadata() };
    if (path === '/keys') return { status: 200, body: this.jwks };
    if (path === '/streams') return { status: 201, body: this.configuration(body) };
    if (isSet) return { status: this.receiverAnswers.shift() ?? 202 };
    if (path === '/verify' || method === 'DELETE') return { status: 204 };
    return path === '/poll' ? this.poll(body) : { status: 404 };
  }

  private metadata(): object {
    return {
      spec_version: '1_0',
      issuer: this.metadataIssuer ?? this.url,
      jwks_uri: `${this.url}/keys`,
      configuration_endpoint: `${this.url}/streams`,
      verification_endpoint: `${this.url}/verify`,
      critical_subject_members: ['tenant'],
    };
  }

  private configuration({ delivery }: Record<string, unknown>): object {
    const { method } = delivery as { method: string };
    const endpoint = method === 'urn:ietf:rfc:8936' ? { endpoint_url: `${this.url}/poll` } : {};
    return {
      ...{ stream_id: 'stream-1', iss: this.url, aud: 'our-client-id' },
      delivery: { ...(delivery as object), ...endpoint },
    };
  }

  /** RFC 8936: what is acknowledged or refused is forgotten first; then it waits for something to say. */
  private async poll({ ack = [], setErrs = {}, returnImmediately }: Record<string, unknown>) {
    this.polls += 1;
    this.mostPolls = Math.max(this.mostPolls, this.polls);
    for (const jti of [...(ack as string[]), ...Object.keys(setErrs as object)]) this.queue.delete(jti);
    const end = Date.now() + (returnImmediately === true ? 0 : 3_000);
    while (this.queue.size === 0 && Date.now() < end && !this.stopped)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.polls -= 1;
    return { status: 200, body: { sets: Object.fromEntries(this.queue) } };
  }
}
