import { ReplicaReaders, type Read } from './replica-readers.js';

/** What happened to one connection, on this process's one clock. */
export interface History {
  connection: string;
  reads: readonly Read[];
  /** When the revocation's answer had come. */
  answeredAt: number;
}

/** Reads that began after the answer and ended otherwise than they may, as text. */
export function wrongAfterAnswer(histories: readonly History[], may: readonly number[]): string[] {
  return histories.flatMap(({ connection, reads, answeredAt }) =>
    reads
      .filter(({ begunAt, status }) => begunAt > answeredAt && !may.includes(status))
      .map(({ replica, status }) => `${connection} at replica ${replica}: ${status}`),
  );
}

/** How many histories were races: read before, read over the answer, and read after it at every replica. */
export function racesAmong(histories: readonly History[], replicas: number) {
  const count = (fits: (history: History) => boolean) => histories.filter(fits).length;
  return {
    servedBefore: count(({ reads }) => reads.some(({ status }) => status === 200)),
    readAcross: count(({ reads, answeredAt }) =>
      reads.some(({ begunAt, endedAt }) => begunAt < answeredAt && endedAt > answeredAt),
    ),
    refusedAfterEverywhere: count(({ reads, answeredAt }) => {
      const after = reads.filter(({ begunAt, status }) => begunAt > answeredAt && status === 410);
      return new Set(after.map(({ replica }) => replica)).size === replicas;
    }),
  };
}

/** Reads each once more at every replica; answers those that were not refused for good, as text. */
export async function notDeadAnywhere(
  readers: ReplicaReaders,
  connections: readonly string[],
  atOnce = 16,
): Promise<string[]> {
  const wrong: string[] = [];
  const left = [...connections];
  const reader = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop())
      for (const { replica, status } of await readers.readEverywhere(next))
        if (status !== 410) wrong.push(`${next} at replica ${replica}: ${status}`);
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  return wrong;
}
