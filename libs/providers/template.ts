const placeholder = /\{([a-z_]+)\}/g;
/** Of a host label or a path segment: nothing that could end either and begin another. */
const fillable = /^[A-Za-z0-9][A-Za-z0-9._~-]*$/;

export function placeholdersIn(template: string): string[] {
  return Array.from(template.matchAll(placeholder), ([, name]) => name!);
}

export function isFillable(value: string): boolean {
  return fillable.test(value) && !value.includes('..');
}

/** Fills `{name}`s that have a value and leaves the others. */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replaceAll(placeholder, (whole, name: string) => values[name] ?? whole);
}
