import { Injectable } from '@nestjs/common';
import {
  applyTransition,
  AuditRepository,
  connectionEventData,
  OutboxRepository,
  RevocationRepository,
  TokenSetRepository,
  type Connection,
  type Transaction,
} from '#storage';

const actor = { type: 'service', id: 'revocation-audit' };

/** Ends a revocation whose every item came to its end. */
@Injectable()
export class FinishingService {
  /** The connection is locked. Does nothing while something is pending, or where it is finished already. */
  async finish(tx: Transaction, revocationId: string, connection: Connection): Promise<void> {
    const revocations = tx.get(RevocationRepository);
    if (!(await revocations.finish(revocationId))) return;
    const counts = (await revocations.countItems([revocationId])).get(revocationId);
    const untold = (counts?.failed ?? 0) + (counts?.unsupported ?? 0);
    const reason = counts?.failed ? 'failed' : untold > 0 ? 'unsupported' : undefined;
    await applyTransition(tx, connection, 'revocation_finished', {
      actor,
      reason: { code: reason === undefined ? 'revoked' : `provider_${reason}` },
    });
    const type = untold > 0 ? 'connection.revocation_failed' : 'connection.revocation_confirmed';
    await tx.get(OutboxRepository).append({
      subject: connection.id,
      type,
      data: connectionEventData(connection, reason),
    });
    await tx.get(AuditRepository).append({
      actor,
      action: type,
      subject: { type: 'connection', id: connection.id },
      detail: { revocation: revocationId, ...counts },
    });
    // Nobody needs them any more.
    await tx.get(TokenSetRepository).eraseAll(connection.id);
  }
}
