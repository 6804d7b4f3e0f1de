import { Injectable, Logger } from '@nestjs/common';
import { backoffMs, retryAfterMs } from '#oauth';
import { OutboundClient, OutboundError, type OutboundAnswer } from '#outbound';
import {
  Database,
  SecurityEventDeliveryRepository,
  SecurityEventSubscriberRepository,
  type ClaimedDelivery,
  type SecurityEventDelivery,
  type SecurityEventSubscriber,
} from '#storage';
import { Vault } from '#vault';
import { setMediaType } from '../receiving/security-event-bodies.js';
import { StreamAddresses } from '../streams/stream-addresses.js';
import { outgoingSet } from './outgoing-set.js';
import { SigningKeysService } from './signing-keys.service.js';

const deadlineMs = 10_000;
const longestWaitMs = 3_600_000;
/** One that was down is asked again at least so often: with one SET, whatever waits for it. */
const longestHoldMs = 300_000;
const giveUpAfterMs = 10 * 86_400_000;

type Outcome = { state: 'delivered' } | { state: 'failed' | 'retry'; error: string; afterMs?: number };

/** Tells a subscriber of a revocation (RFC 8935 as its transmitter). */
@Injectable()
export class DeliveriesService {
  private readonly logger = new Logger(DeliveriesService.name);

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly keys: SigningKeysService,
    private readonly addresses: StreamAddresses,
  ) {}

  async send(claimed: ClaimedDelivery): Promise<void> {
    const { workspace, subscriber: id, event } = claimed;
    const found = await this.database.inWorkspace(workspace, async (tx) => {
      const delivery = await tx.get(SecurityEventDeliveryRepository).find(id, event);
      const subscriber = await tx.get(SecurityEventSubscriberRepository).find(id);
      return delivery && subscriber ? { delivery, subscriber } : undefined;
    });
    if (!found) return;
    const { delivery, subscriber } = found;
    const outcome = await this.transmit(workspace, subscriber, delivery).catch((error: unknown): Outcome => {
      this.logger.warn({ err: error, subscriber: id }, 'a subscriber could not be told yet');
      return { state: 'retry', error: error instanceof OutboundError ? error.code : 'not_sent' };
    });
    await this.settle(claimed, delivery.attempts, outcome);
  }

  private async transmit(
    workspace: string,
    subscriber: SecurityEventSubscriber,
    delivery: SecurityEventDelivery,
  ): Promise<Outcome> {
    const claims = outgoingSet(this.addresses.issuer(workspace), subscriber, delivery);
    const [body, authorization] = await Promise.all([
      this.keys.sign(workspace, claims),
      this.authorizationOf(workspace, subscriber),
    ]);
    const headers = {
      accept: 'application/json',
      'content-type': setMediaType,
      ...(authorization !== undefined && { authorization }),
    };
    return outcomeOf(
      await this.outbound.request(subscriber.endpointUrl, { method: 'POST', headers, body, deadlineMs }),
    );
  }

  /** Its subscriber's row first: whoever gives up what is old holds that, and then waits for single deliveries. */
  private async settle(
    { workspace, subscriber, event, failures }: ClaimedDelivery,
    attempts: number,
    outcome: Outcome,
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const deliveries = tx.get(SecurityEventDeliveryRepository);
      const subscribers = tx.get(SecurityEventSubscriberRepository);
      if (outcome.state !== 'retry') {
        await subscribers.release(subscriber);
        const error = outcome.state === 'failed' ? outcome.error : null;
        return deliveries.finish(subscriber, event, outcome.state, error);
      }
      const { error, afterMs } = outcome;
      const random = Math.random();
      const hold = backoffMs({ failures: failures + 1, random, retryAfterMs: afterMs, maxMs: longestHoldMs });
      const isFirst = await subscribers.hold(subscriber, failures, Math.min(hold, longestWaitMs));
      const inMs = backoffMs({ failures: attempts, random, maxMs: longestWaitMs });
      await deliveries.retry(subscriber, event, inMs, error);
      if (isFirst) await deliveries.giveUp(subscriber, giveUpAfterMs, error);
    });
  }

  private async authorizationOf(
    workspace: string,
    { id, sealedAuthorization }: SecurityEventSubscriber,
  ): Promise<string | undefined> {
    if (!sealedAuthorization) return undefined;
    const cipher = await this.vault.cipherFor(workspace);
    return cipher.open({ stream: id, secret: 'authorization' }, sealedAuthorization).toString('utf8');
  }
}

/** RFC 8935 2.2 to 2.4: a SET that is refused as such stays refused; everything else may pass. */
function outcomeOf(answer: OutboundAnswer): Outcome {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return { state: 'delivered' };
  const error = `status_${status}`;
  if (status === 400) return { state: 'failed', error };
  const raw = { status, headers: Object.fromEntries(headers), body, receivedAt: Date.now() };
  return { state: 'retry', error, afterMs: retryAfterMs(raw) };
}
