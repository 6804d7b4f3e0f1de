import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { client, dataOf, taggedDataOf } from './client.js';
import { preferencesIn, type Preferences, type PreferencesChange } from './preferences.js';
import { currentSession } from './session-state.js';

const place = (): string => `evergrant.preferences.${currentSession()?.person.id}`;

/** This browser's copy of the person's preferences: for the first paint, before the API was asked. */
export function keptPreferences(): Preferences | undefined {
  try {
    return preferencesIn(localStorage.getItem(place()));
  } catch {
    // Without storage.
    return undefined;
  }
}

function keep(preferences: Preferences): Preferences {
  try {
    localStorage.setItem(place(), JSON.stringify(preferences));
  } catch {
    // The API has them all the same.
  }
  return preferences;
}

export const preferences = queryOptions({
  queryKey: ['preferences'],
  queryFn: async ({ signal }) => keep(await dataOf(client.GET('/admin/api/preferences', { signal }))),
  initialData: keptPreferences,
  initialDataUpdatedAt: 0,
  staleTime: 300_000,
});

let last: Promise<unknown> = Promise.resolve();
let unsaved = 0;

/** Shown at once and saved after; rejects, and shows again what is saved, where that fails. */
export async function changePreferences(queries: QueryClient, change: PreferencesChange): Promise<void> {
  const { queryKey } = preferences;
  unsaved++;
  const saving = last.then(() => save(change));
  last = saving.catch(() => undefined);
  // What is being read is older than the change.
  await queries.cancelQueries({ queryKey });
  queries.setQueryData(queryKey, (now) => now && keep(change(now)));
  try {
    const saved = await saving;
    if (--unsaved === 0) queries.setQueryData(queryKey, keep(saved));
  } catch (thrown) {
    unsaved--;
    void queries.invalidateQueries({ queryKey });
    throw thrown;
  }
}

/** The other preferences stay as they are now. */
async function save(change: PreferencesChange): Promise<Preferences> {
  const { data, etag } = await taggedDataOf(client.GET('/admin/api/preferences'));
  const params = { header: { 'If-Match': etag } };
  return dataOf(client.PUT('/admin/api/preferences', { params, body: change(data) }));
}
