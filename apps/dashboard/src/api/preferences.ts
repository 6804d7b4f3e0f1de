import type { components } from './schema.js';

export type Preferences = components['schemas']['Preferences'];
export type PreferencesChange = (now: Preferences) => Preferences;

/** Of somebody who chose nothing, as the API has them. */
export const defaultPreferences: Preferences = {
  density: 'comfortable',
  color_scheme: 'auto',
  hidden_columns: {},
  letter_shortcuts: true,
  first_run_guide_dismissed: false,
};

const mostLists = 50;

/** A list that hides nothing takes no room; of more lists than there is room for, the one changed first goes. */
export function withHidden(now: Preferences, list: string, hidden: string[]): Preferences {
  const { [list]: _, ...others } = now.hidden_columns;
  const kept =
    hidden.length > 0 ? [...Object.entries(others), [list, hidden] as const] : Object.entries(others);
  return { ...now, hidden_columns: Object.fromEntries(kept.slice(-mostLists)) };
}

/** What this browser kept of a person's preferences; undefined where that is nothing, or something odd. */
export function preferencesIn(kept: string | null): Preferences | undefined {
  try {
    const value: unknown = JSON.parse(kept ?? 'null');
    if (typeof value !== 'object' || value === null) return undefined;
    const known = Object.entries(value).filter(([name, each]) => isLike(each, name));
    return { ...defaultPreferences, ...Object.fromEntries(known) };
  } catch {
    return undefined;
  }
}

const isLike = (value: unknown, name: string): boolean =>
  name in defaultPreferences &&
  value !== null &&
  typeof value === typeof defaultPreferences[name as keyof Preferences];
