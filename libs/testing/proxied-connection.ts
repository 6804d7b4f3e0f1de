import type { Socket } from 'node:net';
import { ByteFlow } from './byte-flow.js';
import type { Faults, ForwardedBytes } from './faults.js';

/** One connection through the proxy: a socket on each side, as far as the faults leave them. */
export class ProxiedConnection {
  private readonly flows: ByteFlow[] = [];
  /** It lost bytes, an end or a side: nothing can mend a stream with a hole. */
  private torn = false;

  constructor(
    private readonly client: Socket,
    private readonly target: Socket | undefined,
    private readonly faults: Faults,
    private readonly tally: ForwardedBytes,
  ) {
    this.torn = target === undefined;
    this.join(client, target, 'to-target');
    if (target) this.join(target, client, 'to-client');
  }

  /** Whether both sides are gone. */
  get ended(): boolean {
    return this.client.destroyed && (this.target?.destroyed ?? true);
  }

  onEnded(tell: () => void): void {
    for (const socket of [this.client, this.target]) socket?.on('close', () => this.ended && tell());
  }

  /** RST on both sides. */
  reset(): void {
    this.stop();
    this.client.resetAndDestroy();
    this.target?.resetAndDestroy();
  }

  /** Ends one side and leaves the other open, untold. */
  closeOnly(side: 'client' | 'target'): void {
    this.torn = true;
    (side === 'client' ? this.client : this.target)?.destroy();
  }

  /** After a fault was lifted: resets what cannot go on. */
  heal(): void {
    if (this.torn) this.reset();
  }

  close(): void {
    this.stop();
    this.client.destroy();
    this.target?.destroy();
  }

  private join(from: Socket, to: Socket | undefined, direction: 'to-target' | 'to-client'): void {
    const key = direction === 'to-target' ? 'toTarget' : 'toClient';
    const flow = new ByteFlow({ from, to, direction }, this.faults, {
      forwarded: (bytes) => (this.tally[key] += bytes),
      swallowed: (bytes) => {
        this.torn = true;
        this.tally.swallowed += bytes;
      },
      cut: () => this.cut(from, to),
    });
    this.flows.push(flow);
    // A close follows, which is where it is dealt with.
    from.on('error', () => undefined);
    from.on('close', (failed) => failed && this.lost(to));
  }

  /** A side broke: the other hears it the same way, unless a fault keeps it from hearing anything. */
  private lost(other: Socket | undefined): void {
    if (this.faults.blackHole) this.torn = true;
    if (!this.torn) other?.resetAndDestroy();
  }

  /** What was let through arrives, and then the end; the sender finds its connection closed. */
  private cut(from: Socket, to: Socket | undefined): void {
    this.stop();
    to?.end(() => to.destroy());
    from.destroy();
  }

  private stop(): void {
    for (const flow of this.flows) flow.stop();
  }
}
