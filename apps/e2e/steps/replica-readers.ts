import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { RunningSystem } from '#testing';

/** One token read at one replica, on this process's one clock. */
export interface Read {
  replica: number;
  begunAt: number;
  endedAt: number;
  /** 0: no answer came. */
  status: number;
}

/** Leaves the machine to what is being raced against. */
const breathMs = 4;

/** Readers at each replica of auth-flow by itself: the gateway would choose one. */
export class ReplicaReaders {
  private readonly replicas: Pool[];

  constructor({ port, bootstrap }: RunningSystem, count: number) {
    // The first replica follows the gateway's port, the further ones begin at its tenth.
    const own = Array.from({ length: count }, (_, index) => (index === 0 ? port + 1 : port + 9 + index));
    this.replicas = own.map((of) => new Pool(`http://127.0.0.1:${of}`, { connections: 64 }));
    this.headers = { authorization: `Bearer ${bootstrap.api_key}` };
  }

  private readonly headers: { authorization: string };

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((pool) => pool.close()));
  }

  /** Reads at all of them, again and again, until it is over; each begins one read more once it is. */
  async readUntil(connection: string, isOver: () => boolean): Promise<Read[]> {
    const reads: Read[] = [];
    const reader = async (replica: number): Promise<void> => {
      for (;;) {
        const last = isOver();
        reads.push(await this.read(replica, connection));
        if (last) return;
        await pause(Math.random() * breathMs);
      }
    };
    await Promise.all(this.replicas.map((_, replica) => reader(replica)));
    return reads;
  }

  /** One read at each. */
  readEverywhere(connection: string): Promise<Read[]> {
    return Promise.all(this.replicas.map((_, replica) => this.read(replica, connection)));
  }

  private async read(replica: number, connection: string): Promise<Read> {
    const begunAt = performance.now();
    const status = await this.replicas[replica]!.request({
      method: 'GET',
      path: `/v1/connections/${connection}/token`,
      headers: this.headers,
    }).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => 0,
    );
    return { replica, begunAt, endedAt: performance.now(), status };
  }
}
