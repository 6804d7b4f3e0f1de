import { currentSession } from '../api/session-state.js';

let held: string | undefined;
const listeners = new Set<() => void>();

/** Takes a pasted token to the lookup page in memory: not by URL, not by storage. Who may not look it up leaves none. */
export function handOver(token: string): void {
  if (!currentSession()?.permissions.includes('tokens:lookup')) return;
  held = token;
  for (const listener of listeners) listener();
}

export function takeOver(): string | undefined {
  const token = held;
  held = undefined;
  return token;
}

/** For the lookup page while it is open: going to where one is already changes nothing that it would notice. */
export function onHandOver(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
