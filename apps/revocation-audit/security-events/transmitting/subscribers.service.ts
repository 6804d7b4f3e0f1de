import { Injectable } from '@nestjs/common';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  ConsumerCursorRepository,
  Database,
  newId,
  SecurityEventSubscriberRepository,
  type SecurityEventSubscriber,
  type Transaction,
} from '#storage';
import { Vault } from '#vault';
import { SigningKeysService } from './signing-keys.service.js';
import type { CreateSubscriber } from './subscriber.dto.js';
import { TRANSMISSIONS } from './transmissions.service.js';

/** Who is told of revocations. */
@Injectable()
export class SubscribersService {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly outbound: OutboundClient,
    private readonly keys: SigningKeysService,
  ) {}

  async create(caller: Caller, wish: CreateSubscriber): Promise<SecurityEventSubscriber> {
    this.checkEndpoint(wish.endpoint_url);
    const { workspace } = caller;
    await this.keys.make(workspace);
    const id = newId('ssb');
    const { name, audience, endpoint_url: endpointUrl, subject_format: subjectFormat } = wish;
    const sealedAuthorization = await this.seal(workspace, id, wish.authorization);
    return this.database.inWorkspace(workspace, async (tx) => {
      await beginReading(tx);
      const subscribers = tx.get(SecurityEventSubscriberRepository);
      await subscribers.insert({ id, name, audience, endpointUrl, subjectFormat, sealedAuthorization });
      await audit(tx, caller, 'security_event_subscriber.created', id, { name, endpoint_url: endpointUrl });
      return (await subscribers.find(id))!;
    });
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<SecurityEventSubscriber[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(SecurityEventSubscriberRepository).list(limit + 1, after),
    );
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      if (!(await tx.get(SecurityEventSubscriberRepository).delete(id)))
        throw new Problem(
          'security-event-subscriber-not-found',
          `There is no subscriber ${id} in this workspace.`,
        );
      await audit(tx, caller, 'security_event_subscriber.deleted', id, {});
    });
  }

  private checkEndpoint(url: string): void {
    try {
      this.outbound.assertAllowed(url);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
        errors: [{ pointer: '/endpoint_url', detail: `may not be called (${error.code})` }],
      });
    }
  }

  private async seal(workspace: string, stream: string, value: string | undefined): Promise<Buffer | null> {
    if (value === undefined) return null;
    return (await this.vault.cipherFor(workspace)).seal({ stream, secret: 'authorization' }, value);
  }
}

/** Whoever is the first to subscribe hears of what comes, not of what was. */
async function beginReading(tx: Transaction): Promise<void> {
  const cursors = tx.get(ConsumerCursorRepository);
  if ((await cursors.lock(TRANSMISSIONS)) === 0) await cursors.advance(TRANSMISSIONS, await cursors.newest());
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const subject = { type: 'security_event_subscriber', id };
  await tx.get(AuditRepository).append({ actor, action, subject, detail, requestId: requestId() });
}
