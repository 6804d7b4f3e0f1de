import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const prefix = 'evergrant.';
const parsed = new Map<string, unknown>();

function read<T>(key: string, otherwise: T): T {
  if (parsed.has(key)) return parsed.get(key) as T;
  let value = otherwise;
  try {
    const kept = localStorage.getItem(prefix + key);
    if (kept !== null) value = JSON.parse(kept) as T;
  } catch {
    // Without storage, or with something odd in it: what there is without a choice.
  }
  parsed.set(key, value);
  return value;
}

/** What a person chose for this browser: density, columns, letters. */
export function usePreference<T>(key: string, otherwise: T): [value: T, change: (value: T) => void] {
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(key, otherwise),
  );
  return [value, (next) => setPreference(key, next)];
}

export function setPreference(key: string, value: unknown): void {
  parsed.set(key, value);
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // It holds until the page is left.
  }
  for (const listener of listeners) listener();
}
