import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readRestore, reportRestore, type RestoreReport } from '#storage';

const usage = `npm run restored -- --lost-from 2026-11-21T07:00:00Z [--lost-until 2026-11-21T07:10:00Z]
  Says that the database was restored: what was written in that time is lost (--lost-until: now). Strictly rotated
  connections that may have been refreshed in it go into quarantine, and none is spent before its provider says that it lives.
npm run restored -- --report [id]
  Lists every connection of the newest restore, or of that one.
DATABASE_URL is the URL of the role that owns the schema. The workers must run.`;

const patienceMs = 120_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      'lost-from': { type: 'string' },
      'lost-until': { type: 'string' },
      report: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error(`DATABASE_URL is not set.\n\n${usage}`);
  if (values.report) return print(await readRestore(url, positionals[0]));
  const from = timeOf(values['lost-from']);
  const until = values['lost-until'] === undefined ? new Date() : timeOf(values['lost-until']);
  if (until <= from) throw new Error('--lost-until is not after --lost-from.');
  const id = await reportRestore(url, from, until);
  console.log(`${id}: strict connections due until ${until.toISOString()} go into quarantine …`);
  print(await finished(url, id));
}

async function finished(url: string, id: string): Promise<RestoreReport | undefined> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await pause(500)) {
    const report = await readRestore(url, id);
    if (report?.finished) return report;
  }
  throw new Error(
    `No worker dealt with it in ${patienceMs / 1_000} s. Do they run? Later: npm run restored -- --report`,
  );
}

function print(report: RestoreReport | undefined): void {
  if (!report) return console.log('No restore is known.');
  const { id, connections } = report;
  const held = connections.filter(({ released }) => !released);
  console.log(
    `${id}: ${connections.length} connections went into quarantine, ${held.length} are still there`,
  );
  for (const { connection, workspace, provider, endUser, state, verdict, released } of connections)
    console.log(
      [
        connection,
        workspace,
        provider,
        endUser ?? '-',
        released ? `out again (${state})` : `quarantined: ${verdict ?? 'not asked yet'}`,
      ].join('  '),
    );
}

function timeOf(text: string | undefined): Date {
  const time = new Date(text ?? '');
  if (Number.isNaN(time.getTime())) throw new Error(`--lost-from and --lost-until are times.\n\n${usage}`);
  return time;
}

main().catch((error: unknown) => {
  process.stderr.write(`restored: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
