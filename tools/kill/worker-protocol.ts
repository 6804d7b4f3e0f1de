import type { Arming } from './failpoints.js';

/** What a worker is started with. */
export interface WorkerSettings {
  databaseUrl: string;
  redisUrl: string;
  keyFile: string;
  sandboxOrigin: string;
  spoolFolder: string;
  /** Where it notes, before it goes on, which answers it holds to be durable. */
  journal: string;
  /** Shown in pg_stat_activity. */
  name: string;
  /** Of its loops. In production a second. */
  tickMs: number;
  sabotage: Sabotage | undefined;
}

/** Broken on purpose, to see the harness find it: `never-lands` promotes what it never landed; `loses-events` drops them. */
export const sabotages = ['never-lands', 'loses-events'] as const;
export type Sabotage = (typeof sabotages)[number];

export type Command =
  { do: 'start'; settings: WorkerSettings } | ({ do: 'arm' } & Arming) | { do: 'disarm' | 'report' };

/** Each command is answered once it is done. */
export interface Answer {
  done: Command['do'] | 'load';
  /** Last byte of an answer to its durable landing, each. */
  landingMs?: number[];
}
