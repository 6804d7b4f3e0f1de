interface Waiting<K, V> {
  key: K;
  resolve: (value: V | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Lookups that arrive while a query runs share the next one. A lookup only ever joins a query that was not yet sent,
 * and nothing is kept: an answer is never older than its question.
 */
export class BatchedLookup<K, V> {
  private waiting: Waiting<K, V>[] = [];
  private running = 0;
  private scheduled = false;

  /** `query` answers by the text of each key; what it leaves out was not found. */
  constructor(
    private readonly query: (keys: K[]) => Promise<ReadonlyMap<string, V>>,
    private readonly textOf: (key: K) => string,
    private readonly options: { concurrency: number; maximum: number } = { concurrency: 2, maximum: 200 },
  ) {}

  find(key: K): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      this.schedule();
    });
  }

  /** Sends at the end of the tick, so that what arrives in one read of the socket goes together. */
  private schedule(): void {
    if (this.scheduled || this.running >= this.options.concurrency) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const batch = this.waiting.splice(0, this.options.maximum);
    if (batch.length === 0) return;
    this.running += 1;
    if (this.waiting.length > 0) this.schedule();
    try {
      const unique = new Map(batch.map(({ key }) => [this.textOf(key), key]));
      const found = await this.query([...unique.values()]);
      for (const { key, resolve } of batch) resolve(found.get(this.textOf(key)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }
}
