import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Repeating } from '#platform';
import { DatabaseUnavailableError, ReadAttribution, type AttributedReads } from '#storage';
import { ReadCounts, type Reader } from './read-counts.js';

const flushEveryMs = 1_000;
/** What is refused for another reason than that nobody is there is refused again; after so many times it is let go. */
const mostTries = 5;
const mostRowsWaiting = 200_000;

interface Batch {
  workspace: string;
  reads: AttributedReads[];
  tries: number;
}

/**
 * Counts reads in memory and writes them each second: a read never waits for its count. The beat after each flush says
 * until when everything is written; of a replica that was killed, the rest is a gap that others record.
 */
@Injectable()
export class UsageService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(UsageService.name);
  private readonly loop = new Repeating('reads', flushEveryMs, () => this.flush());
  private readonly counts = new ReadCounts();
  private waiting: Batch[] = [];
  private replica = randomUUID();

  constructor(private readonly attribution: ReadAttribution) {}

  count(workspace: string, connection: string, reader: Reader, at: Date): void {
    this.counts.count(workspace, connection, reader, at);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** After the last request: until then reads go on, and so do flushes. */
  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.flush(true).catch((error: unknown) => this.logger.warn({ err: error }, 'reads are lost'));
  }

  /** An outcome that is not known is written again: a read is rather counted twice than not at all. */
  private async flush(cleanEnd = false): Promise<void> {
    const began = performance.now();
    for (const [workspace, reads] of this.counts.take()) this.waiting.push({ workspace, reads, tries: 0 });
    const batches = this.waiting;
    this.waiting = [];
    let failure: unknown;
    for (const batch of batches) {
      try {
        await this.attribution.record(batch.workspace, batch.reads);
      } catch (error) {
        failure = error;
        this.keep(batch, error);
      }
    }
    if (failure !== undefined) throw failure;
    await this.attribution.beat(this.replica, performance.now() - began, cleanEnd);
  }

  private keep(batch: Batch, error: unknown): void {
    if (!(error instanceof DatabaseUnavailableError)) batch.tries += 1;
    const rows = this.waiting.reduce((sum, { reads }) => sum + reads.length, batch.reads.length);
    if (batch.tries < mostTries && rows <= mostRowsWaiting) this.waiting.push(batch);
    else this.letGo(batch, error);
  }

  /** Under another name from now on: the old one falls silent, and that is how a gap comes to be recorded. */
  private letGo({ workspace, reads }: Batch, error: unknown): void {
    this.replica = randomUUID();
    this.logger.error({ err: error, workspace, rows: reads.length }, 'reads were not recorded');
  }
}
