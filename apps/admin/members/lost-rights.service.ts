import { Injectable } from '@nestjs/common';
import { Approvals } from '#composition';
import { requestId, type Actor } from '#platform';
import { AuditRepository, InvitationRepository, type Transaction } from '#storage';

/**
 * What somebody set in motion and may do no longer: it must not come true when they are gone, nor be their way back.
 * To be called under the lock of the members.
 */
@Injectable()
export class LostRightsService {
  constructor(private readonly approvals: Approvals) {}

  /** Withdraws what they asked a second human for, and revokes their invitations that nobody accepted yet. */
  async withdrawAllOf(tx: Transaction, actor: Actor, person: string): Promise<void> {
    await this.approvals.withdrawAllOf(tx, actor, person);
    for (const { id, email } of await tx.get(InvitationRepository).revokeAllOf(person))
      await tx.get(AuditRepository).append({
        actor,
        action: 'invitation.revoked',
        subject: { type: 'invitation', id },
        detail: { email, invited_by: person },
        requestId: requestId(),
      });
  }
}
