import { GroupedCalls } from './grouped-calls.js';

/**
 * Lookups that arrive while a query runs share the next one, and those of one key one answer. Nothing is kept: an answer
 * is never older than its question.
 */
export class BatchedLookup<K, V> {
  private readonly calls: GroupedCalls<K, V>;

  /** `query` answers by the text of each key; what it leaves out was not found. */
  constructor(
    query: (keys: K[]) => Promise<ReadonlyMap<string, V>>,
    textOf: (key: K) => string,
    options: { concurrency: number; maximum: number } = { concurrency: 2, maximum: 200 },
  ) {
    const run = async (keys: K[]) => {
      const unique = new Map(keys.map((key) => [textOf(key), key]));
      const found = await query([...unique.values()]);
      return keys.map((key) => found.get(textOf(key)));
    };
    this.calls = new GroupedCalls(run, { ...options, mayRetryAlone: () => false });
  }

  find(key: K): Promise<V | undefined> {
    return this.calls.call(key);
  }
}
