import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import type { AuditEntry } from './audit.query.js';

const words = t.audit;

/** In one line: a person or key by name, a service by what it is. */
export function actorText({ type, id, name }: AuditEntry['actor'], own?: string): string {
  if (name !== undefined) return id === own ? words.you(name) : name;
  const kind = words.actors[type] ?? type;
  return id.length > 24 ? `${kind} …${id.slice(-6)}` : `${kind} ${id}`;
}

export function ActorName({ actor }: { actor: AuditEntry['actor'] }) {
  const { session } = usePageState();
  return <span title={actor.id}>{actorText(actor, session?.person.id)}</span>;
}
