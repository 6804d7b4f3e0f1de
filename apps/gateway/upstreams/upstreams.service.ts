import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Metrics, ReadinessIndicators } from '#platform';
import { GatewayConfig } from '../gateway.config.js';
import { type UpstreamName, upstreamNames } from '#platform';
import { type AttemptObserver, UpstreamClient } from './upstream.client.js';

const connectTimeoutMs = 2_000;
const readyWithinMs = 2_000;

/** The services behind the gateway: their connections, whether they are ready, and when those end. */
@Injectable()
export class UpstreamsService implements OnModuleInit, OnApplicationShutdown {
  readonly clients: ReadonlyMap<UpstreamName, UpstreamClient>;

  constructor(
    config: GatewayConfig,
    private readonly readiness: ReadinessIndicators,
    metrics: Metrics,
  ) {
    const attempts = metrics.counter({
      name: 'evergrant_gateway_attempts_total',
      help: 'Attempts to pass a request on to one replica, by service and outcome',
      labelNames: ['service', 'outcome'],
    });
    const observe: AttemptObserver = (service, outcome) => attempts.inc({ service, outcome });
    const origins = {
      'auth-flow': config.AUTH_FLOW_URLS,
      'revocation-audit': config.REVOCATION_AUDIT_URLS,
      admin: config.ADMIN_URLS,
    };
    const answerTimeoutMs = config.ANSWER_TIMEOUT_SECONDS * 1_000;
    this.clients = new Map(
      upstreamNames.map((name) => [
        name,
        new UpstreamClient({ name, origins: origins[name], connectTimeoutMs, answerTimeoutMs, observe }),
      ]),
    );
  }

  onModuleInit(): void {
    for (const [name, client] of this.clients) {
      // Without the dashboard tokens are still read and revoked, so its absence must not take the gateway out.
      const critical = name !== 'admin';
      this.readiness.register({ name, check: () => client.readiness(readyWithinMs), critical });
    }
  }

  /** After the server has let its last answer out. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }
}
