const browsers: [name: string, pattern: RegExp][] = [
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\/|FxiOS/],
  ['Chrome', /Chrome\/|CriOS/],
  ['Safari', /Safari\//],
];
const systems: [name: string, pattern: RegExp][] = [
  ['iOS', /iPhone|iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux|X11/],
];

/** What a person would call the browser of a session; undefined where it says nothing known. */
export function browserName(
  agent: string | null,
): { browser: string; system: string | undefined } | undefined {
  const browser = browsers.find(([, pattern]) => pattern.test(agent ?? ''))?.[0];
  if (browser === undefined) return undefined;
  return { browser, system: systems.find(([, pattern]) => pattern.test(agent ?? ''))?.[0] };
}
