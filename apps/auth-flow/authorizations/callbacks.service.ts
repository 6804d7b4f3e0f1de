import { Injectable } from '@nestjs/common';
import { Metrics } from '#platform';
import { CodeExchangeService } from './code-exchange.service.js';
import { CompletionService, type Completed } from './completion.service.js';
import { Refusal } from './refusal.js';
import type { Arrival } from './visit.js';
import { VisitsService } from './visits.service.js';

/** What the provider's redirect leads to: find the visit, exchange its code, take the grant in. */
@Injectable()
export class CallbacksService {
  private readonly completed;

  constructor(
    private readonly visits: VisitsService,
    private readonly exchange: CodeExchangeService,
    private readonly completion: CompletionService,
    metrics: Metrics,
  ) {
    this.completed = metrics.counter({
      name: 'evergrant_authorizations_completed_total',
      help: 'Authorizations that an end user completed, by provider',
      labelNames: ['provider'],
    });
  }

  /** @throws Refusal that says where it is to be recorded, as far as that is known */
  async complete(arrival: Arrival): Promise<Completed> {
    const visit = await this.visits.identify(arrival);
    try {
      const grant = await this.exchange.obtain(visit, arrival.parameters);
      const done = await this.completion.complete(visit, grant);
      this.completed.inc({ provider: done.integration.provider });
      return done;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { workspace, session, request, secrets } = visit;
      const { connectToken } = secrets;
      throw error.at({ workspace, session, bound: true, requestId: request.id, connectToken });
    }
  }
}
