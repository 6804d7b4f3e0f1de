import { Problem, type Caller } from '#platform';
import { MemberRepository, type Transaction } from '#storage';

/**
 * The guard looked before the lock: whoever was lowered or removed meanwhile changes nothing more.
 * @throws Problem `insufficient-role`
 */
export async function refuseFormerAdmin(tx: Transaction, { person }: Caller): Promise<void> {
  const self = person === undefined ? undefined : await tx.get(MemberRepository).find(person);
  if (self?.role !== 'admin') throw new Problem('insufficient-role', 'You are no longer an admin here.');
}
