import { useQuery, useQueryClient } from '@tanstack/react-query';
import { changePreferences, preferences } from '../api/preferences.query.js';
import {
  defaultPreferences,
  withHidden,
  type Preferences,
  type PreferencesChange,
} from '../api/preferences.js';
import { toastProblem } from './toasts.js';

/** What a person chose, in every browser and workspace of theirs. */
function usePreferences(): [now: Preferences, change: (change: PreferencesChange) => void] {
  const queries = useQueryClient();
  const { data = defaultPreferences } = useQuery(preferences);
  return [data, (change) => void changePreferences(queries, change).catch(toastProblem)];
}

export function usePreference<Name extends keyof Preferences>(
  name: Name,
): [value: Preferences[Name], change: (value: Preferences[Name]) => void] {
  const [now, change] = usePreferences();
  return [now[name], (value) => change((all) => ({ ...all, [name]: value }))];
}

const none: string[] = [];

/** Columns of a list that the person does not want to see. */
export function useHiddenColumns(list: string): [hidden: string[], change: (hidden: string[]) => void] {
  const [now, change] = usePreferences();
  return [now.hidden_columns[list] ?? none, (hidden) => change((all) => withHidden(all, list, hidden))];
}
