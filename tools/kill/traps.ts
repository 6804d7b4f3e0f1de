import { closeSync, openSync, writeSync } from 'node:fs';
import type { EventStream } from '#events';
import { DatabaseUnavailableError } from '#storage';
import type { RefreshStoreService } from '../../apps/refresh-worker/refreshing/refresh-store.service.js';
import type { TokenEndpointService } from '../../apps/refresh-worker/refreshing/token-endpoint.service.js';
import type { Spool } from '../../apps/refresh-worker/spool/spool.js';
import { spoolFailpoints, type Failpoints } from './failpoints.js';
import type { Flights } from './flights.js';
import type { Sabotage } from './worker-protocol.js';

interface Trapped {
  store: RefreshStoreService;
  endpoint: TokenEndpointService;
  spool: Spool;
}

interface Means {
  failpoints: Failpoints;
  flights: Flights;
  journal: string;
  sabotage: Sabotage | undefined;
}

/** Sets the failpoints into the parts of an engine. */
export function setTraps(parts: Trapped, means: Means): void {
  trapIntents(parts, means);
  trapRequests(parts, means);
  trapLandings(parts, means);
  trapSpool(parts, means);
}

/** Every relay publishes a batch: it is not let go before as many events are in it as refreshes are to be interrupted. */
export function trapRelay(stream: EventStream, failpoints: Failpoints, sabotage: Sabotage | undefined): void {
  const publish = stream.publish.bind(stream);
  stream.publish = async (events) => {
    if (sabotage === 'loses-events') return;
    const armed = failpoints.isArmed('before-outbox-relay', 'after-outbox-relay');
    if (armed && failpoints.waitsForMore(events.length)) throw new Error('too few yet');
    if (failpoints.isArmed('before-outbox-relay')) failpoints.kill();
    await publish(events);
    if (failpoints.isArmed('after-outbox-relay')) failpoints.kill();
  };
}

function trapIntents({ store }: Trapped, { failpoints }: Means): void {
  const begin = store.begin.bind(store);
  store.begin = async (...terms) => {
    await failpoints.reach('before-t1');
    const begun = await begin(...terms);
    await failpoints.reach('after-t1');
    return begun;
  };
  const promote = store.promote.bind(store);
  store.promote = async (...answer) => {
    await failpoints.reach('before-promote');
    const end = await promote(...answer);
    await failpoints.reach('after-promote');
    return end;
  };
}

function trapRequests({ endpoint }: Trapped, { failpoints, flights }: Means): void {
  const send = endpoint.send.bind(endpoint);
  endpoint.send = async (attempt, holds) => {
    const unsent = failpoints.isArmed('before-send');
    if (unsent) await failpoints.last();
    // The last of them with its connection open: nothing but this answer is between it and the first byte.
    const mayWrite = () => holds() && (unsent ? failpoints.kill() : true);
    // One turn later, when the kernel has the bytes.
    const onSent = () => void setImmediate(() => failpoints.pass('after-bytes-sent'));
    const answer = await flights.follow(attempt.id, onSent, () => send(attempt, mayWrite));
    if (failpoints.isArmed('after-bytes-sent')) return new Promise(() => undefined);
    await failpoints.reach('answer-received');
    return answer;
  };
}

function trapLandings({ store }: Trapped, { failpoints, flights, journal, sabotage }: Means): void {
  const land = store.land.bind(store);
  store.land = async (workspace, attempt, sealed) => {
    await failpoints.reach('before-landing');
    if (failpoints.isArmed(...spoolFailpoints)) throw new DatabaseUnavailableError('so the harness says');
    if (sabotage !== 'never-lands') await land(workspace, attempt, sealed);
    flights.landed(attempt);
    note(journal, attempt);
    await failpoints.reach('after-landing');
  };
}

function trapSpool({ spool }: Trapped, { failpoints, journal }: Means): void {
  const { write, read, remove } = bound(spool);
  let draining = false;
  spool.write = async (answer) => {
    const writing = write(answer);
    // The last in the middle of its write, the others when theirs is done.
    failpoints.pass('spool-write');
    await writing;
    note(journal, answer.attempt);
    if (failpoints.isArmed('spool-write')) await new Promise(() => undefined);
  };
  spool.read = async (attempt) => {
    if (failpoints.isArmed('spool-drain', 'spool-drained')) {
      draining ||= !failpoints.waitsForMore(spool.list().length);
      if (!draining) throw new Error('too few yet');
    }
    failpoints.pass('spool-drain');
    return read(attempt);
  };
  spool.remove = async (attempt) => {
    failpoints.pass('spool-drained');
    return remove(attempt);
  };
}

function bound(spool: Spool): Pick<Spool, 'write' | 'read' | 'remove'> {
  return { write: spool.write.bind(spool), read: spool.read.bind(spool), remove: spool.remove.bind(spool) };
}

/** Synchronous: whatever the engine does next, this stands. */
function note(journal: string, attempt: string): void {
  const file = openSync(journal, 'a');
  writeSync(file, `${attempt}\n`);
  closeSync(file);
}
