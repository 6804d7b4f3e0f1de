import { parseArgs } from 'node:util';
import { StartError } from '../start/start-error.js';
import { DemoRefused, demoTarget } from './demo-target.js';
import { progressBar } from './progress-bar.js';
import { seedDemo } from './seed-demo.js';

const usage =
  'npm run seed -- [--connections 10000] [--audit 50000] [--renewals <half of the connections>] [--scheduled]';

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      connections: { type: 'string', default: '10000' },
      audit: { type: 'string', default: '50000' },
      renewals: { type: 'string' },
      scheduled: { type: 'boolean', default: false },
    },
  });
  const seed = {
    connections: count('connections', values.connections),
    audit: count('audit', values.audit),
    ...(values.renewals !== undefined && { renewals: count('renewals', values.renewals) }),
    // Of what is overdue, too.
    ...(values.scheduled && { dueAfter: new Date(0) }),
  };
  const url = await demoTarget(env);
  const begun = performance.now();
  const bar = progressBar(process.stdout);
  const { workspace } = await seedDemo(url, seed, bar.show);
  bar.end();
  console.log(
    `Made the workspace ${workspace}, "Demo (made up)", in ${Math.round((performance.now() - begun) / 1_000)} s.`,
  );
  console.log(
    'Admins who signed in before find it in their switcher. Nobody sealed its tokens: they cannot be read, renewed or revoked.',
  );
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100_000_000) return value;
  throw new DemoRefused(`--${name} is "${text}": give a whole number from 1 on.\n${usage}`);
}

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  const isOurs = error instanceof DemoRefused || error instanceof StartError;
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ?? false;
  const told = isUsage ? `${(error as Error).message}\n${usage}` : error;
  process.stderr.write(
    `seed: ${isOurs ? error.message : String(told instanceof Error ? told.stack : told)}\n`,
  );
  process.exitCode = 1;
});
