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

/** Ends the revocation of a connection whose every item came to its end. */
@Injectable()
export class FinishingService {
  /**
   * The connection is locked, and one of its items was just ended. Does nothing while another is still to be told or
   * verified. A revocation of many is closed by its job: here the others could not be seen.
   */
  async finish(tx: Transaction, revocationId: string, connection: Connection): Promise<void> {
    const revocations = tx.get(RevocationRepository);
    if (await revocations.hasOpenItems(revocationId, connection.id)) return;
    await revocations.finish(revocationId);
    const counts = await revocations.countItemsOf(revocationId, connection.id);
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
    // Nobody needs them any more, unless somebody asks to try again what failed.
    if (counts.failed > 0) return;
    await tx.get(TokenSetRepository).eraseAll(connection.id);
    // Nor what a refresh that should have failed brought.
    await tx.get(LandingRepository).destroyOrphansOf(connection.id);
  }
}

function shortfall({ failed, unsupported }: RevocationCounts): 'failed' | 'unsupported' | undefined {
  if (failed > 0) return 'failed';
  return unsupported > 0 ? 'unsupported' : undefined;
}

/** `not_needed`: there never was a token. */
function verificationOf(counts: RevocationCounts): 'verified' | 'not_possible' | 'not_needed' {
  const { verified_dead: verified, ...others } = counts;
  const unverified = Object.values(others).reduce((sum, count) => sum + count, 0);
  if (verified + unverified === 0) return 'not_needed';
  return unverified === 0 ? 'verified' : 'not_possible';
}
