import { useSyncExternalStore } from 'react';
import type { ApiProblem } from './problem.js';
import type { components } from './schema.js';

export type Session = components['schemas']['Session'];

/** Why somebody must sign in now: the session is over, or a change wants a sign-in not older than `maxAge` s. */
export type SignInWish = { why: 'ended' } | { why: 'fresh'; maxAge: number };

export interface PageState {
  session: Session | undefined;
  reachable: boolean;
  signIn: SignInWish | undefined;
}

let state: PageState = { session: undefined, reachable: true, signIn: undefined };
const listeners = new Set<() => void>();
let waiting: { resolve: () => void; reject: (problem: ApiProblem) => void; problem: ApiProblem }[] = [];

function change(next: Partial<PageState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

export const currentSession = (): Session | undefined => state.session;
export const isReachable = (): boolean => state.reachable;
const sessionListeners = new Set<() => void>();

export function setSession(session: Session): void {
  change({ session });
  for (const listener of sessionListeners) listener();
}

/** Whenever it was found out who is signed in. */
export function onSession(listener: () => void): () => void {
  sessionListeners.add(listener);
  return () => sessionListeners.delete(listener);
}

export function reportReachable(reachable: boolean): void {
  if (reachable !== state.reachable) change({ reachable });
}

/** Settles when the person signed in again; rejects with the problem when they would not. */
export function requestSignIn(signIn: SignInWish, problem: ApiProblem): Promise<void> {
  change({ signIn });
  return new Promise((resolve, reject) => waiting.push({ resolve, reject, problem }));
}

/** Of the sign-in dialog: the requests that wait go on, or fail with their problem. */
export function settleSignIn(isSignedIn: boolean): void {
  const settled = waiting;
  waiting = [];
  change({ signIn: undefined });
  for (const { resolve, reject, problem } of settled) {
    if (isSignedIn) resolve();
    else reject(problem);
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in, whether the API answers, and whether a sign-in is wanted. */
export function usePageState(): PageState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Whether the person may do something in the present workspace. The API decides again. */
export function useCan(permission: string): boolean {
  return usePageState().session?.permissions.includes(permission) ?? false;
}
