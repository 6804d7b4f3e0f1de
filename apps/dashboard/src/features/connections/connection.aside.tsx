import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { ConnectionTags } from './connection.tags.js';
import type { ConnectionDetail } from './connection.query.js';
import { isOver } from './connection.sentence.js';
import { supportWords } from './revocation-support.js';
import classes from './connection.module.css';

const words = t.connection.facts;

export function ConnectionAside({ connection }: { connection: ConnectionDetail }) {
  return (
    <>
      <Section title={words.title}>
        <Card>
          <ConnectionFacts connection={connection} />
        </Card>
      </Section>
      <Section title={t.connection.tags.title}>
        <Card>
          <div className={classes.stack}>
            <ConnectionTags connection={connection} />
          </div>
        </Card>
      </Section>
      {!isOver(connection) && (
        <Section title={t.connection.revocation.title}>
          <Card>
            <p className={classes.support}>{supportWords(connection)}</p>
          </Card>
        </Section>
      )}
    </>
  );
}

function ConnectionFacts({ connection }: { connection: ConnectionDetail }) {
  const { end_user: user, resource, metadata } = connection;
  const moment = (at: string | null) => <Moment at={at} never={words.never} />;
  const grants: Record<string, string> = words.grants;
  return (
    <Facts
      facts={[
        [words.id, <Identifier id={connection.id} />],
        ...(user ? [[words.endUser, <Identifier id={user.id} />] as const] : []),
        ...(user?.email ? [[words.email, user.email] as const] : []),
        ...(connection.subject ? [[words.subject, <Identifier id={connection.subject} />] as const] : []),
        [words.provider, connection.provider_name],
        [
          words.integration,
          <Link className={classes.link} to="/integrations/$id" params={{ id: connection.integration }}>
            {connection.integration_name ?? connection.integration}
          </Link>,
        ],
        [words.grant, grants[connection.grant_type] ?? connection.grant_type],
        [words.created, moment(connection.created_at)],
        [words.authorized, moment(connection.authorized_at)],
        [words.refreshed, moment(connection.refreshed_at)],
        [words.read, moment(connection.last_read_at)],
        ...(resource.length > 0 ? [[words.resource, resource.join(', ')] as const] : []),
        ...Object.entries(metadata).map(
          ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
        ),
      ]}
    />
  );
}
