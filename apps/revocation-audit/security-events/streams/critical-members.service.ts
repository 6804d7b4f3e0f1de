import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SecurityEventStream } from '#storage';
import { SsfTransmitterClient } from './ssf-transmitter.client.js';

const ttlMs = 600_000;

/**
 * The members of a subject that a transmitter calls critical (SSF 1.0 7.1.1): as it said when it made the stream, or as it
 * publishes beside its keys. Of a stream whose keys were given to us nothing is published.
 */
@Injectable()
export class CriticalMembersService {
  private readonly published: LRUCache<string, string[]>;

  constructor(transmitters: SsfTransmitterClient) {
    this.published = new LRUCache({
      max: 1_000,
      ttl: ttlMs,
      fetchMethod: async (issuer) => (await transmitters.discover(issuer)).criticalSubjectMembers ?? [],
    });
  }

  /** @throws TransmitterError, OutboundError */
  async of({
    transmitter,
    jwks,
    jwksUri,
    issuer,
  }: Pick<SecurityEventStream, 'transmitter' | 'jwks' | 'jwksUri' | 'issuer'>): Promise<readonly string[]> {
    if (transmitter) return transmitter.criticalSubjectMembers ?? [];
    if (jwks !== null || jwksUri !== null) return [];
    return (await this.published.fetch(issuer)) ?? [];
  }
}
