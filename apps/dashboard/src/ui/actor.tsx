import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { Identifier } from './identifier.js';

interface ActorLike {
  type: string;
  id: string;
  name?: string | null;
}

const kinds: Record<string, string | undefined> = t.actors;

/** What an actor is called where one line has no room for its id: the name, or kind and end of the id. */
export function actorName({ type, id, name }: ActorLike): string {
  return name ?? `${kinds[type] ?? type} …${id.slice(-6)}`;
}

/** Who did it: a person by name (`you`, where it is the reader), anything else by kind and id. */
export function Actor({ actor }: { actor: ActorLike }) {
  const { session } = usePageState();
  const { type, id, name } = actor;
  if (session?.person.id === id) return <>{name ? `${name} (${t.decision.you})` : t.decision.you}</>;
  if (name) return <>{name}</>;
  return (
    <>
      {kinds[type] ?? type} <Identifier id={id} />
    </>
  );
}
