import type { Socket } from 'node:net';
import type { Faults } from './faults.js';

/** What a flow tells the connection it is part of. */
export interface FlowEvents {
  forwarded(bytes: number): void;
  swallowed(bytes: number): void;
  /** The bytes that a cut lets through have passed. */
  cut(): void;
}

/** The bytes of one connection in one direction, in order, late where there is latency. */
export class ByteFlow {
  private readonly waiting: { due: number; deliver: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private cut: Faults['cut'];
  private passedSinceCut = 0;

  constructor(
    private readonly route: { from: Socket; to: Socket | undefined; direction: 'to-target' | 'to-client' },
    private readonly faults: Faults,
    private readonly events: FlowEvents,
  ) {
    route.from.on('data', (chunk) => this.later(() => this.deliver(chunk)));
    route.from.on('end', () => this.later(() => this.finish()));
  }

  /** Drops what is still on its way. */
  stop(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private later(deliver: () => void): void {
    const due = performance.now() + this.faults.latencyMs;
    // Never before what came earlier, whatever the latency was then.
    this.waiting.push({ due: Math.max(due, this.waiting.at(-1)?.due ?? 0), deliver });
    if (this.waiting.length === 1) this.next();
  }

  private next(): void {
    const [first] = this.waiting;
    if (!first) return;
    const wait = first.due - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.next(), Math.ceil(wait));
      return;
    }
    first.deliver();
    this.waiting.shift();
    this.next();
  }

  private deliver(chunk: Buffer): void {
    const { to } = this.route;
    if (this.faults.blackHole || !to || to.destroyed) return this.events.swallowed(chunk.length);
    const left = this.leftBeforeCut();
    if (chunk.length < left) return this.forward(to, chunk);
    if (left > 0) this.forward(to, chunk.subarray(0, left));
    this.events.cut();
  }

  private forward(to: Socket, chunk: Buffer): void {
    this.passedSinceCut += chunk.length;
    this.events.forwarded(chunk.length);
    if (to.write(chunk)) return;
    this.route.from.pause();
    to.once('drain', () => this.route.from.resume());
  }

  /** Counted by connection, from the moment the fault was set. */
  private leftBeforeCut(): number {
    const { cut } = this.faults;
    if (cut?.direction !== this.route.direction) return Infinity;
    if (this.cut !== cut) {
      this.cut = cut;
      this.passedSinceCut = 0;
    }
    return cut.bytes - this.passedSinceCut;
  }

  private finish(): void {
    if (this.faults.blackHole) this.events.swallowed(0);
    else this.route.to?.end();
  }
}
