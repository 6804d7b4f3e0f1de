import { Injectable } from '@nestjs/common';
import {
  applyTransition,
  AuditRepository,
  connectionEventData,
  LandingRepository,
  OutboxRepository,
  RevocationRepository,
  TokenSetRepository,
  type Connection,
  type RevocationCounts,
  type Transaction,
} from '#storage';

const actor = { type: 'service', id: 'revocation-audit' };

/** Ends a revocation whose every item came to its end. */
@Injectable()
export class FinishingService {
  /** The connection is locked. Does nothing while something is open, or where it is finished already. */
  async finish(tx: Transaction, revocationId: string, connection: Connection): Promise<void> {
    const revocations = tx.get(RevocationRepository);
    if (!(await revocations.finish(revocationId))) return;
    const counts = (await revocations.countItems([revocationId])).get(revocationId);
    const reason = shortfall(counts);
    await applyTransition(tx, connection, 'revocation_finished', {
      actor,
      reason: { code: reason === undefined ? 'revoked' : `provider_${reason}` },
    });
    const type = reason === undefined ? 'connection.revocation_confirmed' : 'connection.revocation_failed';
    const verification = verificationOf(counts);
    await tx.get(OutboxRepository).append({
      subject: connection.id,
      type,
      data: { ...connectionEventData(connection, reason), verification },
    });
    await tx.get(AuditRepository).append({
      actor,
      action: type,
      subject: { type: 'connection', id: connection.id },
      detail: { revocation: revocationId, verification, ...counts },
    });
    // Nobody needs them any more, nor what a refresh that should have failed brought.
    await tx.get(TokenSetRepository).eraseAll(connection.id);
    await tx.get(LandingRepository).destroyOrphansOf(connection.id);
  }
}

function shortfall(counts: RevocationCounts | undefined): 'failed' | 'unsupported' | undefined {
  if (counts?.failed) return 'failed';
  return counts?.unsupported ? 'unsupported' : undefined;
}

/** `not_needed`: there never was a token. */
function verificationOf(counts: RevocationCounts | undefined): 'verified' | 'not_possible' | 'not_needed' {
  if (!counts) return 'not_needed';
  const { verified_dead: verified, ...others } = counts;
  return verified > 0 && Object.values(others).every((count) => count === 0) ? 'verified' : 'not_possible';
}
