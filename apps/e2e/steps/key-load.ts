import { ApiClient } from '#testing';

export interface SentRequest {
  replica: string;
  begunAt: number;
  status: number;
}

const senders = 8;
const last = 5;

/** Requests with one key at several replicas at once, one after the other from each sender, until it is ended. */
export class KeyLoad {
  private readonly sent: SentRequest[] = [];
  private readonly running: Promise<void>[];
  private ended = false;

  /** @param from the address that they come from, which has limits of its own */
  constructor(replicas: readonly string[], key: string, from: string) {
    this.running = replicas.flatMap((replica) =>
      Array.from({ length: senders }, () => this.send(replica, new ApiClient(replica, key), from)),
    );
  }

  /** All that were sent, once each sender has begun some more. */
  async end(): Promise<readonly SentRequest[]> {
    this.ended = true;
    await Promise.all(this.running);
    return this.sent;
  }

  /** Once every replica has answered some. */
  async underWay(replicas: readonly string[]): Promise<void> {
    const isUnderWay = (replica: string) => this.sent.filter((one) => one.replica === replica).length > 50;
    while (!replicas.every(isUnderWay)) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  private async send(replica: string, api: ApiClient, from: string): Promise<void> {
    for (let more = last; more > 0; more -= this.ended ? 1 : 0) {
      const begunAt = performance.now();
      const { status } = await api.get('/v1/integrations', { 'x-forwarded-for': from });
      this.sent.push({ replica, begunAt, status });
    }
  }
}
