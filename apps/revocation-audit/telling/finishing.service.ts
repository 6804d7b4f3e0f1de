import { Injectable } from '@nestjs/common';
import {
  applyTransitions,
  AuditRepository,
  connectionEventData,
  ConnectionRepository,
  LandingRepository,
  OutboxRepository,
  TellingRepository,
  TokenSetRepository,
  type Connection,
  type RevocationCounts,
  type Transaction,
} from '#storage';

const actor = { type: 'service', id: 'revocation-audit' };

/** A connection, which must be locked, and the revocation that one of its items was just ended of. */
export interface Ending {
  revocationId: string;
  connection: Connection;
}

type Finished = Ending & { counts: RevocationCounts };

/** Ends the revocations of connections whose every item came to its end. */
@Injectable()
export class FinishingService {
  /**
   * Leaves alone those of which another item is still to be told or verified. A revocation of many is closed by its job:
   * here the others could not be seen.
   */
  async finishAll(tx: Transaction, endings: readonly Ending[]): Promise<void> {
    if (endings.length === 0) return;
    const once = new Map(endings.map((one) => [`${one.revocationId} ${one.connection.id}`, one]));
    const tellings = tx.get(TellingRepository);
    const finished = await tellings.countEnded(
      [...once.values()].map((one) => ({ ...one, connectionId: one.connection.id })),
    );
    if (finished.length === 0) return;
    await tellings.closeSingle([...new Set(finished.map(({ revocationId }) => revocationId))]);
    for (const [reason, ofReason] of Map.groupBy(finished, ({ counts }) => shortfall(counts))) {
      const connections = ofReason.map(({ connection }) => connection);
      const code = reason === undefined ? 'revoked' : `provider_${reason}`;
      const cause = { actor, reason: { code } };
      const changed = new Set(await applyTransitions(tx, connections, 'revocation_finished', cause));
      // Those that were finished before, and of which somebody asked to try again what had failed.
      const before = connections.filter((connection) => !changed.has(connection)).map(({ id }) => id);
      if (before.length > 0) await tx.get(ConnectionRepository).changeReasons(before, 'revoked', code);
    }
    await trace(tx, finished);
    // Nobody needs them any more, unless somebody asks to try again what failed.
    const needless = finished
      .filter(({ counts }) => counts.failed === 0)
      .map(({ connection }) => connection.id);
    await tx.get(TokenSetRepository).eraseAll(needless);
    // Nor what a refresh that should have failed brought.
    await tx.get(LandingRepository).destroyOrphansOf(needless);
  }
}

async function trace(tx: Transaction, finished: readonly Finished[]): Promise<void> {
  const told = finished.map(({ connection, revocationId, counts }) => {
    const reason = shortfall(counts);
    const type = reason === undefined ? 'connection.revocation_confirmed' : 'connection.revocation_failed';
    return { connection, revocationId, counts, reason, type, verification: verificationOf(counts) };
  });
  await tx.get(OutboxRepository).appendAll(
    told.map(({ connection, type, reason, verification }) => ({
      subject: connection.id,
      type,
      data: { ...connectionEventData(connection, reason), verification },
    })),
  );
  await tx.get(AuditRepository).appendAll(
    told.map(({ connection, type, revocationId, counts, verification }) => ({
      actor,
      action: type,
      subject: { type: 'connection', id: connection.id },
      detail: { revocation: revocationId, verification, ...counts },
    })),
  );
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
