import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '#embedded';
import type { AppProcess } from './app-plan.js';
import { KeptProcess } from './kept-process.js';
import { LogTail, rotateLog } from './log-tail.js';
import type { StartContext } from './start-context.js';

/** Longer than a service's own shutdown: a refresh in flight is finished, not killed. */
const END = { signal: 'SIGTERM', patienceMs: 40_000, last: 'SIGKILL' } as const;
const READY_MS = 2_000;
/** A small nursery costs a few reads a second and saves a service 40 MB when idle, 90 MB under load. */
const nodeFlags = ['--enable-source-maps', '--max-semi-space-size=4'];
const compiledApps = join(import.meta.dirname, '..', '..', 'apps');

/** Starts the processes side by side and returns once each answers ready. */
export async function startApps(
  context: StartContext,
  tail: LogTail,
  apps: readonly AppProcess[],
): Promise<void> {
  await context.steps.step('Start the services', async (say) => {
    let ready = 0;
    say(`0 of ${apps.length} ready`);
    await Promise.all(
      apps.map(async (app) => {
        const kept = keptApp(context, app);
        tail.follow(app.name, context.data.log(app.name));
        await context.system.add(app.layer, kept).start();
        say(`${++ready} of ${apps.length} ready`);
      }),
    );
  });
}

function keptApp({ data, env, steps }: StartContext, app: AppProcess): KeptProcess {
  const logFile = data.log(app.name);
  const spool = app.env['SPOOL_DIR'];
  if (spool) mkdirSync(spool, { recursive: true, mode: 0o700 });
  rotateLog(logFile);
  return new KeptProcess({
    name: app.name,
    logFile,
    runFile: data.run(app.name),
    end: END,
    report: steps.line,
    launch: () =>
      ServerProcess.launch({
        command: process.execPath,
        args: [...nodeFlags, join(compiledApps, app.app, 'main.js')],
        env: { ...inherited(env), ...app.env },
        logFile,
      }),
    isReady: () => answersReady(`${app.origin}/health/ready`),
  });
}

/** What a service may inherit; everything else it gets by name, so that a forgotten variable of a shell decides nothing. */
function inherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passed = /^(PATH|HOME|LANG|TZ|TMPDIR|LOG_LEVEL|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|OTEL_\w+)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name)));
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(READY_MS) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
