import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/require-permission.js';
import { ReadinessIndicators, type ReadinessIndicator } from './readiness-indicators.js';

const checkTimeoutMs = 2_000;
const retryAfterSeconds = 2;

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly readiness: ReadinessIndicators,
  ) {}

  /** The process runs. */
  @Get('live')
  @Public()
  @Header('cache-control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 `ok` or `degraded`, else 503: send no requests here. */
  @Get('ready')
  @Public()
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    if (this.readiness.leaving) {
      unavailable(reply);
      return { status: 'leaving' };
    }
    const checks = this.readiness.registered.map((one) => () => this.check(one));
    try {
      const { status, details } = await this.health.check(checks);
      return { status, checks: details };
    } catch (error) {
      unavailable(reply);
      return { status: 'error', checks: detailsOf(error) };
    }
  }

  private async check({ name, check, critical }: ReadinessIndicator): Promise<HealthIndicatorResult> {
    const session = this.indicator.check(name);
    const result = await session.attempt(async () => ({ said: await check() })).withTimeout(checkTimeoutMs);
    if (result[name]?.['said'] === 'degraded') return session.degraded(`${name} is degraded`);
    if (result[name]?.status === 'up') return session.up();
    const message = `${name} cannot be reached`;
    return critical ? session.down(message) : session.degraded(message);
  }
}

function unavailable(reply: FastifyReply): void {
  void reply.status(503).header('retry-after', String(retryAfterSeconds));
}

function detailsOf(error: unknown): unknown {
  const answer = (error as { getResponse?: () => unknown }).getResponse?.();
  return (answer as { details?: unknown } | undefined)?.details;
}
