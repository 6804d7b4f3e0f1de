import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The path of a Chromium on this machine; undefined where there is none. */
export function findChromium(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}

/** A test in a real browser; without one on the machine it is skipped, and its title says why. */
export function chromiumTest(title: string, run: () => Promise<void>, timeoutMs = 60_000): void {
  if (findChromium()) test(title, run, timeoutMs);
  else test.skip(`${title} (needs Chromium)`, run);
}
