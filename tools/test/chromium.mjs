import { existsSync } from 'node:fs';
import { run } from '../prepare/run.mjs';

/** The same as in libs/testing/chromium.ts, which cannot be read before it is compiled. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/**
 * Debian's Chromium for the specs that use a browser, where it is missing and may be installed. Elsewhere those specs
 * are skipped by name.
 * @param {import('../prepare/steps.mjs').Steps} steps
 */
export async function provideChromium(steps) {
  if (places.some((place) => existsSync(place))) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    steps.line('  Without Chromium (Debian: apt-get install chromium) the specs in a browser are skipped.');
    return;
  }
  await steps.step('Install Chromium', async (say) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env, onLine: say });
    const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
    const { code, output } = await run('apt-get', install, { env, onLine: say });
    if (code !== 0) steps.line(`  Chromium could not be installed:\n${output.trim().split('\n').pop()}`);
  });
}
