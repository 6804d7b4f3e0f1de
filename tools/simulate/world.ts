interface Event {
  at: number;
  order: number;
  run: () => void;
}

/** Virtual time: nothing waits, and the same seed plays the same history. */
export class World {
  now = 0;
  /** Set to follow one history line by line. */
  trace: ((line: string) => void) | undefined;
  private readonly events: Event[] = [];
  private order = 0;
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1): mulberry32. */
  random = (): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** Runs `run` once, `inMs` from now. */
  after(inMs: number, run: () => void): void {
    const event = { at: this.now + Math.max(0, inMs), order: this.order++, run };
    let place = this.events.length;
    this.events.push(event);
    // A binary heap: the smallest time first, and what was said first before what was said later.
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(event, this.events[parent]!)) break;
      this.events[place] = this.events[parent]!;
      place = parent;
    }
    this.events[place] = event;
  }

  /** Plays on until `until`, letting whatever awaits go on after every event. */
  async play(until: number): Promise<void> {
    for (;;) {
      const next = this.events[0];
      if (!next || next.at > until) break;
      this.pop();
      this.now = next.at;
      next.run();
      // Comes when every promise that can go on has gone on; without a look at the real world, which setImmediate costs.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
    this.now = until;
  }

  tell(...what: unknown[]): void {
    this.trace?.(`${(this.now / 1_000).toFixed(3).padStart(10)}  ${what.map(String).join(' ')}`);
  }

  private pop(): void {
    const last = this.events.pop()!;
    if (this.events.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.events.length) break;
      if (child + 1 < this.events.length && before(this.events[child + 1]!, this.events[child]!)) child++;
      if (!before(this.events[child]!, last)) break;
      this.events[place] = this.events[child]!;
      place = child;
    }
    this.events[place] = last;
  }
}

function before(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
