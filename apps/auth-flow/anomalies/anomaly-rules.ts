import type { AnomalyFinding, MinuteFacts } from '#storage';

const day = 86_400_000;

/** From when on a rule speaks. A rule that needs a history is silent until there is one. */
export const anomalyLimits = {
  /** A connection is not settled before it is so old; the first who read it until then are no news. */
  settledMs: 7 * day,
  /** Distinct connections a minute that a caller had not read in the day before. */
  bulkConnections: 100,
  bulkHistoryMs: day,
  /** Reads of one connection a minute: more than this, and more than so many times its busiest hour's mean. */
  spikeFloor: 300,
  spikeFactor: 10,
  idleMs: 90 * day,
};

type Facts<K extends keyof MinuteFacts> = MinuteFacts[K] extends readonly (infer F)[] ? F : never;

/** The first read of a settled connection by a caller that never read it before. */
export function isNewCaller({ ageMs, knownBefore }: Facts<'firstReads'>, watchedMs: number): boolean {
  const { settledMs } = anomalyLimits;
  return !knownBefore && ageMs >= settledMs && watchedMs >= settledMs;
}

/** One caller going through many connections that it had not read in the day before. */
export function isBulkEnumeration({ fresh }: Facts<'sweeps'>, watchedMs: number): boolean {
  return fresh > anomalyLimits.bulkConnections && watchedMs >= anomalyLimits.bulkHistoryMs;
}

/** Far more reads of a connection than in its busiest hour of the last seven days. */
export function isSpike({ reads, busiestHour }: Facts<'loads'>): boolean {
  const { spikeFloor, spikeFactor } = anomalyLimits;
  return busiestHour !== null && reads > spikeFloor && reads > (spikeFactor * busiestHour) / 60;
}

/** A read of a connection that nobody had read for long. */
export function isIdleRead({ idleMs }: Facts<'awakenings'>): boolean {
  return idleMs >= anomalyLimits.idleMs;
}

/** What a minute's reads are noticed for. The key says what is the same finding: it is told once. */
export function judgeMinute(facts: MinuteFacts, watchedMs: number): AnomalyFinding[] {
  const hour = facts.minute.toISOString().slice(0, 13);
  const callerOf = ({ caller }: { caller: { type: string; id: string } }) => `${caller.type} ${caller.id}`;
  return [
    ...facts.firstReads
      .filter((one) => isNewCaller(one, watchedMs))
      .map(({ connection, caller, network, reads }) => ({
        ...{ rule: 'new_caller' as const, key: `${connection} ${callerOf({ caller })}` },
        ...{ connection, caller, network, count: reads },
      })),
    ...facts.sweeps
      .filter((one) => isBulkEnumeration(one, watchedMs))
      .map(({ caller, network, fresh }) => ({
        ...{ rule: 'bulk_enumeration' as const, key: `${callerOf({ caller })} ${hour}` },
        ...{ connection: null, caller, network, count: fresh },
      })),
    ...facts.loads.filter(isSpike).map(({ connection, caller, network, reads }) => ({
      ...{ rule: 'spike' as const, key: `${connection} ${hour}` },
      ...{ connection, caller, network, count: reads },
    })),
    ...facts.awakenings.filter(isIdleRead).map(({ connection, caller, network, reads }) => ({
      ...{ rule: 'idle_connection' as const, key: `${connection} ${facts.minute.toISOString()}` },
      ...{ connection, caller, network, count: reads },
    })),
  ];
}
