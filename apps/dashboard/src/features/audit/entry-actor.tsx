import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Identifier } from '../../ui/identifier.js';
import { ObjectLink } from '../../ui/object-link.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { actorText } from './actor-name.js';
import type { AuditEntryDetail } from './audit.query.js';
import { ExactMoment } from './exact-moment.js';
import classes from './audit.module.css';

const words = t.audit.entry;

/** Who, from where, in which request. What an entry does not say is left out. */
export function EntryActor({ entry }: { entry: AuditEntryDetail }) {
  const { session } = usePageState();
  const { actor, detail, request_id: request, at, id } = entry;
  const said = (name: string): string | undefined => {
    const value = detail?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [role, address, signIn] = ['role', 'address', 'session'].map(said);
  const facts: (readonly [string, ReactNode])[] = [
    [words.actor, actorText(actor, session?.person.id)],
    [words.kind, t.audit.actors[actor.type] ?? actor.type],
    [words.actorId, <ObjectLink id={actor.id} kind={actor.type} copy />],
    [words.role, role],
    [words.via, actor.via],
    [words.address, address && <code>{address}</code>],
    [words.session, signIn && <Identifier id={signIn} />],
    [words.request, request ? <Identifier id={request} /> : undefined],
    [words.at, <ExactMoment at={at} />],
    [words.id, <Identifier id={id} />],
  ];
  return (
    <Section title={words.who}>
      <Card>
        <Facts facts={facts.filter(([, value]) => value !== undefined)} />
        <ul className={classes.links}>
          <li>
            <Link to="/audit" search={{ actor: actor.id }}>
              {words.all}
            </Link>
          </li>
          <li>
            <Link to="/audit" search={{ subject: entry.subject.id }}>
              {words.allSubject}
            </Link>
          </li>
        </ul>
      </Card>
    </Section>
  );
}
