import { pino } from 'pino';
import { SandboxConfig } from './sandbox.config.js';
import { startSandbox } from './sandbox.js';

async function main(): Promise<void> {
  const config = new SandboxConfig();
  const log = pino({ level: config.LOG_LEVEL, base: { service: 'sandbox' } });
  const sandbox = await startSandbox(config, log);
  log.info({ issuer: sandbox.issuer, admin_url: sandbox.adminUrl }, 'sandbox is ready');
  let closing = false;
  const end = async (signal: string) => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'sandbox is stopping');
    await sandbox.close();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void end(signal));
  process.on('SIGINT', (signal) => void end(signal));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
