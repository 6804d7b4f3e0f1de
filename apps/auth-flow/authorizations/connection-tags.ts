import { changeTags, mostTags } from '#oauth';
import { requestId } from '#platform';
import {
  type AuditActor,
  AuditRepository,
  type Connection,
  ConnectionRepository,
  type Transaction,
} from '#storage';

/** Changes the tags of a locked connection, and audits what of it was a change. False: they would be too many. */
export async function retag(
  tx: Transaction,
  actor: AuditActor,
  connection: Connection,
  changes: Readonly<Record<string, string | null>>,
): Promise<boolean> {
  const change = changeTags(connection.tags, changes);
  if (!change) return true;
  const { tags, set, deleted } = change;
  const fits = Object.keys(tags).length <= mostTags;
  if (fits) {
    await tx.get(ConnectionRepository).changeTags(connection.id, tags);
    connection.tags = tags;
    connection.version += 1;
  }
  await tx.get(AuditRepository).append({
    actor,
    action: fits ? 'connection.tags_changed' : 'connection.tags_refused',
    subject: { type: 'connection', id: connection.id },
    detail: { set, deleted },
    requestId: requestId(),
  });
  return fits;
}
