export type Side = Readonly<Record<string, unknown>> | null;

export interface FieldChange {
  /** `settings.tenant`: the path of a value in nested objects. */
  path: string;
  kind: 'added' | 'removed' | 'changed' | 'same';
  before: unknown;
  after: unknown;
}

/** Field by field, the changed ones first, each group in the order of the entry. */
export function changesOf(before: Side, after: Side): FieldChange[] {
  const old = leavesOf(before ?? {});
  const now = leavesOf(after ?? {});
  const changes = [...new Set([...old.keys(), ...now.keys()])].map((path): FieldChange => {
    const sides = { path, before: old.get(path), after: now.get(path) };
    if (!old.has(path)) return { ...sides, kind: 'added' };
    if (!now.has(path)) return { ...sides, kind: 'removed' };
    return {
      ...sides,
      kind: JSON.stringify(sides.before) === JSON.stringify(sides.after) ? 'same' : 'changed',
    };
  });
  return [...changes.filter(({ kind }) => kind !== 'same'), ...changes.filter(({ kind }) => kind === 'same')];
}

/** Values by path; lists are one value, an empty object too. */
export function leavesOf(side: Readonly<Record<string, unknown>>, prefix = ''): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [name, value] of Object.entries(side)) {
    const path = prefix + name;
    if (isObject(value) && Object.keys(value).length > 0)
      for (const [inner, leaf] of leavesOf(value, `${path}.`)) leaves.set(inner, leaf);
    else leaves.set(path, value);
  }
  return leaves;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
