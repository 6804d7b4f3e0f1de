import type { KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { OutboundClient } from '#outbound';
import { Problem } from '#platform';
import { RevocationAuditConfig } from '../revocation-audit.config.js';
import { readPublishedKeys } from './github-signature.js';

const deadlineMs = 5_000;
const maxAgeMs = 3_600_000;
/** However many unknown keys strangers name, GitHub is asked no more often than this. */
const askAgainMs = 30_000;

/** The keys of GitHub's secret scanning, fetched when they are needed and kept for an hour; longer while GitHub is away. */
@Injectable()
export class GithubKeysService {
  private readonly logger = new Logger(GithubKeysService.name);
  private held: ReadonlyMap<string, KeyObject> | undefined;
  private heldSince = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly outbound: OutboundClient,
    private readonly config: RevocationAuditConfig,
  ) {}

  /** Undefined where GitHub has no such key. @throws Problem `service-unavailable` where its keys were never seen */
  async find(id: string): Promise<KeyObject | undefined> {
    const isOld = performance.now() - this.heldSince > maxAgeMs;
    if (isOld || !this.held?.has(id)) await this.ask();
    if (!this.held)
      throw new Problem('service-unavailable', "GitHub's keys cannot be fetched at the moment.", {
        retryAfterSeconds: askAgainMs / 1_000,
      });
    return this.held.get(id);
  }

  private async ask(): Promise<void> {
    if (!this.asking) {
      if (performance.now() - this.askedAt < askAgainMs) return;
      this.askedAt = performance.now();
      this.asking = this.fetch().finally(() => (this.asking = undefined));
    }
    await this.asking;
  }

  private async fetch(): Promise<void> {
    try {
      const { status, body } = await this.outbound.request(this.config.GITHUB_LEAK_KEYS_URL, { deadlineMs });
      if (status !== 200) throw new Error(`the keys were answered with ${status}`);
      this.held = readPublishedKeys(JSON.parse(body.toString('utf8')));
      this.heldSince = performance.now();
    } catch (error) {
      this.logger.warn({ err: error }, "GitHub's keys could not be fetched");
    }
  }
}
