import { Injectable, Logger } from '@nestjs/common';
import { backoffMs, retryAfterMs } from '#oauth';
import { OutboundClient, OutboundError, type OutboundAnswer } from '#outbound';
import {
  ConsumerCursorRepository,
  Database,
  Directory,
  SecurityEventDeliveryRepository,
  SecurityEventSubscriberRepository,
  type SecurityEventDelivery,
  type SecurityEventSubscriber,
} from '#storage';
import { Vault } from '#vault';
import { setMediaType } from '../receiving/security-event-bodies.js';
import { StreamAddresses } from '../streams/stream-addresses.js';
import { outgoingSet } from './outgoing-set.js';
import { SigningKeysService } from './signing-keys.service.js';

/** The consumer's name, under which its cursors are kept. */
export const TRANSMISSIONS = 'security-event-transmissions';

const eventsAtOnce = 5_000;
const deliveriesAtOnce = 20;
const deadlineMs = 10_000;
const leaseMs = 30_000;
const longestWaitMs = 3_600_000;
/** With the back-off's ceiling, about ten days. */
const mostAttempts = 250;

type Outcome = { state: 'delivered' } | { state: 'failed' | 'retry'; error: string; afterMs?: number };

/** Tells subscribers of revocations, as often as it takes (RFC 8935 as its transmitter). */
@Injectable()
export class TransmissionsService {
  private readonly logger = new Logger(TransmissionsService.name);

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly keys: SigningKeysService,
    private readonly addresses: StreamAddresses,
  ) {}

  /** Writes down what is to be sent, of the revocations that nobody looked at yet. */
  async catchUp(): Promise<void> {
    for (const workspace of await this.directory.listTransmittingWorkspaces(TRANSMISSIONS))
      while (await this.writeDown(workspace));
  }

  /** Sends what is due; answers how soon to look again where there may be more. */
  async sendDue(): Promise<number | void> {
    const due = await this.directory.listDueSecurityEventDeliveries(deliveriesAtOnce);
    await Promise.all(due.map(({ workspace, subscriber, event }) => this.send(workspace, subscriber, event)));
    if (due.length === deliveriesAtOnce) return 0;
  }

  /** Cursor and deliveries move in one transaction. True where events are left. */
  private async writeDown(workspace: string): Promise<boolean> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const cursors = tx.get(ConsumerCursorRepository);
      const position = await cursors.lock(TRANSMISSIONS);
      const newest = await cursors.newest();
      const upTo = Math.min(newest, position + eventsAtOnce);
      if (upTo <= position) return false;
      await tx.get(SecurityEventDeliveryRepository).insertRevocations(position, upTo);
      await cursors.advance(TRANSMISSIONS, upTo);
      return upTo < newest;
    });
  }

  private async send(workspace: string, subscriberId: string, event: string): Promise<void> {
    const claimed = await this.database.inWorkspace(workspace, async (tx) => {
      const delivery = await tx.get(SecurityEventDeliveryRepository).claim(subscriberId, event, leaseMs);
      const subscriber = await tx.get(SecurityEventSubscriberRepository).find(subscriberId);
      return delivery && subscriber ? { delivery, subscriber } : undefined;
    });
    if (!claimed) return;
    const { delivery, subscriber } = claimed;
    const outcome = await this.transmit(workspace, subscriber, delivery).catch((error: unknown): Outcome => {
      this.logger.warn({ err: error, subscriber: subscriberId }, 'a subscriber could not be told yet');
      return { state: 'retry', error: error instanceof OutboundError ? error.code : 'not_sent' };
    });
    await this.settle(workspace, subscriberId, delivery, outcome);
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

  private async settle(
    workspace: string,
    subscriber: string,
    { eventId, attempts }: SecurityEventDelivery,
    outcome: Outcome,
  ): Promise<void> {
    await this.database.inWorkspace(workspace, async (tx) => {
      const deliveries = tx.get(SecurityEventDeliveryRepository);
      if (outcome.state === 'delivered') return deliveries.finish(subscriber, eventId, 'delivered', null);
      const { error, afterMs } = outcome;
      if (outcome.state === 'failed' || attempts >= mostAttempts)
        return deliveries.finish(subscriber, eventId, 'failed', error);
      const wait = { failures: attempts, random: Math.random(), retryAfterMs: afterMs };
      await deliveries.retry(subscriber, eventId, backoffMs({ ...wait, maxMs: longestWaitMs }), error);
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
