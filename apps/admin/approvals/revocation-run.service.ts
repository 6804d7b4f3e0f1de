import { Injectable } from '@nestjs/common';
import type { Caller } from '#platform';
import type { Approval } from '#storage';
import { OwnersClient } from '../owners/owners.client.js';
import type { ApprovalHandler } from './approval-handlers.js';

/** Starts the revocation that an approval was asked for, at its owner, which uses the approval itself. */
@Injectable()
export class RevocationRunService implements ApprovalHandler {
  readonly action = 'revocation.run';

  constructor(private readonly owners: OwnersClient) {}

  async askOwner(approver: Caller, { subject, contentHash }: Approval): Promise<void> {
    await this.owners.ask('revocation-audit', approver, {
      method: 'POST',
      target: `/v1/revocations/${encodeURIComponent(subject.id)}/approve`,
      body: { content_hash: contentHash },
    });
  }
}
