import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { OutboundClient } from '#outbound';
import { CachedKeySet, type IssuerKeys } from '#resource-server';
import type { SecurityEventStream } from '#storage';
import { SsfTransmitterClient } from '../streams/ssf-transmitter.client.js';

const deadlineMs = 5_000;

/** By which keys the SETs of a stream are verified: its own, those at its address, or those that its issuer publishes. */
@Injectable()
export class StreamKeysService {
  private readonly published = new LRUCache<string, CachedKeySet>({ max: 1_000 });

  constructor(
    private readonly outbound: OutboundClient,
    private readonly transmitters: SsfTransmitterClient,
  ) {}

  of({ jwks, jwksUri, issuer }: Pick<SecurityEventStream, 'jwks' | 'jwksUri' | 'issuer'>): IssuerKeys {
    if (jwks) return jwks;
    const source = jwksUri ?? `issuer ${issuer}`;
    let keys = this.published.get(source);
    if (!keys)
      this.published.set(source, (keys = new CachedKeySet(() => this.load(jwksUri ?? undefined, issuer))));
    return keys.find;
  }

  private async load(jwksUri: string | undefined, issuer: string): Promise<JSONWebKeySet> {
    const uri = jwksUri ?? (await this.transmitters.discover(issuer)).jwksUri;
    if (uri === undefined) throw new Error('the transmitter publishes no keys');
    const headers = { accept: 'application/json' };
    const { status, body } = await this.outbound.request(uri, { headers, deadlineMs });
    const document: unknown = status === 200 ? JSON.parse(body.toString('utf8')) : undefined;
    const keys = (document as { keys?: unknown } | null | undefined)?.keys;
    if (!Array.isArray(keys)) throw new Error('there is no key set');
    return { keys: keys.filter((key) => typeof key === 'object' && key !== null) };
  }
}
