/** What is being worked on, and in which lanes. */
export class InHand<Lane extends object> {
  private readonly lanes = new Map<string, Lane & { count: number }>();
  private readonly works = new Set<Promise<void>>();
  private next = Promise.withResolvers<void>();

  constructor(private readonly keyOf: (lane: Lane) => string) {}

  get size(): number {
    return this.works.size;
  }

  /** How much there is in which lane. */
  get busy(): readonly (Lane & { count: number })[] {
    return [...this.lanes.values()];
  }

  /** Resolves when one more has ended. */
  get oneDone(): Promise<void> {
    return this.next.promise;
  }

  /** `work` must not fail. */
  add(lane: Lane, work: Promise<void>): void {
    this.occupy(lane, 1);
    const running = work.finally(() => {
      this.occupy(lane, -1);
      this.works.delete(running);
      this.next.resolve();
      this.next = Promise.withResolvers();
    });
    this.works.add(running);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.works);
  }

  private occupy(lane: Lane, more: number): void {
    const key = this.keyOf(lane);
    const count = (this.lanes.get(key)?.count ?? 0) + more;
    if (count === 0) this.lanes.delete(key);
    else this.lanes.set(key, { ...lane, count });
  }
}
