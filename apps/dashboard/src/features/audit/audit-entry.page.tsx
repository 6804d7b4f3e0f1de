import { Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCan, usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { CopyIcon } from '../../ui/identifier.js';
import { Card, Facts, Page, Section, WithAside } from '../../ui/page.js';
import { Loaded, shownOf } from '../../ui/states.js';
import { kindOf } from '../../ui/object-place.js';
import { KindAndLink, ObjectLink } from '../../ui/object-link.js';
import { actionWords } from './action-words.js';
import { actorText } from './actor-name.js';
import { entryQuery, type AuditEntryDetail } from './audit.query.js';
import { ChangesTable } from './changes.table.js';
import { ExactMoment } from './exact-moment.js';
import { changesOf } from './entry-changes.js';
import { fieldsOf, otherFactsOf, reasonOf, touchedBy, valueText } from './entry-facts.js';
import { EntryActor } from './entry-actor.js';
import classes from './audit.module.css';

const words = t.audit.entry;

/** One entry: what changed, who did it and why, and what it touched. */
export function AuditEntryPage() {
  const { id } = useParams({ from: '/app/audit/$id' });
  const query = useQuery({ ...entryQuery(id), enabled: useCan('audit:read') });
  const entry = shownOf(query);
  const { session } = usePageState();
  return (
    <Page
      title={entry ? actionWords(entry.action) : t.audit.title}
      crumbs={<Link to="/audit">{words.crumb}</Link>}
      status={
        entry && (
          <>
            {actorText(entry.actor, session?.person.id)} · <ExactMoment at={entry.at} /> · {entry.action}
          </>
        )
      }
    >
      <NeedsPermission permission="audit:read">
        <Loaded query={query} rows={8}>
          {(loaded) => <Body entry={loaded} />}
        </Loaded>
      </NeedsPermission>
    </Page>
  );
}

function Body({ entry }: { entry: AuditEntryDetail }) {
  return (
    <WithAside
      aside={
        <>
          <EntryActor entry={entry} />
          <Section title={words.touched}>
            <Card>
              <ul className={classes.touched}>
                {touchedBy(entry).map(({ id, kind }) => (
                  <li key={id}>
                    <KindAndLink id={id} kind={kind} copy />
                  </li>
                ))}
              </ul>
            </Card>
          </Section>
        </>
      }
    >
      <Changes entry={entry} />
      <Why entry={entry} />
      <More entry={entry} />
      <Raw entry={entry} />
    </WithAside>
  );
}

function Changes({ entry }: { entry: AuditEntryDetail }) {
  const changes = changesOf(entry.before, entry.after);
  const fields = fieldsOf(entry);
  if (changes.length === 0 && fields.length === 0) return null;
  const changed = changes.filter(({ kind }) => kind !== 'same').length;
  // Named as changed and shown on neither side: a secret.
  const hidden = fields.filter((field) => !changes.some(({ path }) => path.split('.', 1)[0] === field));
  return (
    <Section
      title={words.changed}
      aside={changes.length > 0 && <small>{words.counts(changed, changes.length)}</small>}
    >
      {changes.length > 0 && (
        <Card flush>
          <ChangesTable changes={changes} />
        </Card>
      )}
      {hidden.length > 0 && <div className={classes.notes}>{words.onlyFields(hidden.join(', '))}</div>}
    </Section>
  );
}

function Why({ entry }: { entry: AuditEntryDetail }) {
  const { text, code, httpStatus } = reasonOf(entry);
  return (
    <Section title={words.why}>
      <Card>
        <div className={classes.notes}>
          {text && <p>{text}</p>}
          {code && (
            <p>
              {words.code} <code>{code}</code>
            </p>
          )}
          {httpStatus && <p>{`${words.httpStatus} ${httpStatus}`}</p>}
          {!text && !code && <p>{words.noWhy}</p>}
        </div>
      </Card>
    </Section>
  );
}

function More({ entry }: { entry: AuditEntryDetail }) {
  const facts = otherFactsOf(entry);
  if (facts.length === 0) return null;
  return (
    <Section title={words.more}>
      <Card>
        <Facts
          facts={facts.map(([path, value]) => [
            path.replaceAll('_', ' '),
            typeof value === 'string' && kindOf(value) ? <ObjectLink id={value} copy /> : valueText(value),
          ])}
        />
      </Card>
    </Section>
  );
}

function Raw({ entry }: { entry: AuditEntryDetail }) {
  const { before: _before, after: _after, ...kept } = entry;
  const text = JSON.stringify(kept, null, 2);
  return (
    <details className={classes.raw}>
      <summary>{words.raw}</summary>
      <Code block tabIndex={0}>
        {text}
      </Code>
      <CopyIcon value={text} what={words.copyRaw} />
    </details>
  );
}
