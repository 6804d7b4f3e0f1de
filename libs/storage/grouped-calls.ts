interface Waiting<I, O> {
  input: I;
  resolve: (output: O | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Calls that arrive while a transaction runs share the next one: one commit, and its fsync, for all of them. A call only
 * ever joins a transaction that was not yet sent. Where a shared one fails, each is tried alone, so that none fails for
 * another's fault.
 */
export class GroupedCalls<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running = 0;
  private scheduled = false;

  /** `run` answers in the order of its inputs; undefined where there is nothing. `mayRetryAlone`: not while Postgres is gone. */
  constructor(
    private readonly run: (inputs: I[]) => Promise<(O | undefined)[]>,
    private readonly options: {
      concurrency: number;
      maximum: number;
      mayRetryAlone: (error: unknown) => boolean;
    },
  ) {}

  call(input: I): Promise<O | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.schedule();
    });
  }

  /** Sends at the end of the tick, so that what arrives in one read of a socket goes together. */
  private schedule(): void {
    if (this.scheduled || this.running >= this.options.concurrency) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const group = this.waiting.splice(0, this.options.maximum);
    if (group.length === 0) return;
    this.running += 1;
    if (this.waiting.length > 0) this.schedule();
    await this.settle(group);
    this.running -= 1;
    if (this.waiting.length > 0) this.schedule();
  }

  private async settle(group: Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await this.run(group.map(({ input }) => input));
      group.forEach(({ resolve }, index) => resolve(outputs[index]));
    } catch (error) {
      if (group.length === 1 || !this.options.mayRetryAlone(error))
        return group.forEach(({ reject }) => reject(error));
      for (const one of group) await this.settle([one]);
    }
  }
}
