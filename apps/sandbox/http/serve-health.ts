import type { SandboxDatabase } from '../store/sandbox-database.js';
import type { Middleware } from './middleware.js';

/** `/health/live`: the process answers; `/health/ready`: its file does too. */
export function serveHealth(database: SandboxDatabase): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/health/')) return next();
    ctx.set('cache-control', 'no-store');
    if (ctx.path === '/health/live') ctx.body = { status: 'ok' };
    if (ctx.path === '/health/ready') {
      database.row('SELECT 1');
      ctx.body = { status: 'ok' };
    }
  };
}
