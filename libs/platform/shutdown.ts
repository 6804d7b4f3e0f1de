import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { ReadinessIndicators } from './health/readiness-indicators.js';

/** On SIGTERM or SIGINT: not ready, no new work, what is in flight ends, then out; by force after the timeout. */
export function leaveOnSignals(app: INestApplication, logger: Logger, timeoutSeconds: number): void {
  let leaving = false;
  const leave = (signal: NodeJS.Signals) => {
    if (leaving) return;
    leaving = true;
    app.get(ReadinessIndicators).leaving = true;
    logger.info({ signal }, 'leaving');
    const force = setTimeout(() => {
      logger.error({ timeout_seconds: timeoutSeconds }, 'work in flight did not end in time');
      logger.flush();
      process.exit(1);
    }, timeoutSeconds * 1_000).unref();
    app
      .close()
      .then(() => logger.info('left'))
      .catch((error: unknown) => {
        logger.error({ err: error }, 'leaving failed');
        process.exitCode = 1;
      })
      .finally(() => {
        clearTimeout(force);
        logger.flush(() => process.exit());
      });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, leave);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
}
