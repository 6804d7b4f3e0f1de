import { Injectable } from '@nestjs/common';
import type { Caller } from '#platform';
import { OwnersClient } from '../owners/owners.client.js';

/** Changes that admin asks the owning services for: it writes no domain state itself. */
@Injectable()
export class ConnectionCommandsService {
  constructor(private readonly owners: OwnersClient) {}

  /** The revocation as its owner tells it. */
  async revoke(
    caller: Caller,
    connection: string,
    reason: string,
    idempotencyKey?: string,
  ): Promise<Record<string, unknown>> {
    return this.owners.ask('revocation-audit', caller, {
      method: 'POST',
      target: '/v1/revocations',
      body: { connection, reason },
      idempotencyKey,
    });
  }

  async pause(caller: Caller, connection: string, paused: boolean): Promise<void> {
    await this.owners.ask('auth-flow', caller, {
      method: 'PATCH',
      target: `/v1/connections/${encodeURIComponent(connection)}`,
      body: { paused },
    });
  }

  async unstick(
    caller: Caller,
    connection: string,
    how: 'retry' | 'give-up',
    reason?: string,
  ): Promise<void> {
    const query = reason === undefined ? '' : `?${new URLSearchParams({ reason }).toString()}`;
    await this.owners.ask('auth-flow', caller, {
      method: 'POST',
      target: `/v1/connections/${encodeURIComponent(connection)}/${how}${query}`,
      body: {},
    });
  }
}
