import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { asPage, DataTable } from '../../ui/data-table.js';
import { CopyIcon, Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { Card, Facts, Page, Section, WithAside } from '../../ui/page.js';
import { Empty, Loaded, shownOf } from '../../ui/states.js';
import { PolicyTable } from './policy.table.js';
import { namesOf, streamColumns } from './received.columns.js';
import { receivedQuery, streamQuery, type Stream } from './signals.query.js';
import { StreamActions } from './stream-actions.js';
import { StreamBadge, stateSentence } from './stream-state.js';
import classes from './signals.module.css';

const words = t.signals.stream;
const shown = 10;

/** One stream: whether it works, what the transmitter needs, what is done about which event. */
export function StreamPage() {
  const { id } = useParams({ from: '/app/signals/$id' });
  const query = useQuery({ ...streamQuery(id), enabled: useCan('admin') });
  const tagged = shownOf(query);
  const stream = tagged?.data;
  return (
    <Page
      title={stream?.name ?? t.shell.pages.signals}
      crumbs={<Link to="/signals">{words.crumb}</Link>}
      badge={stream && <StreamBadge stream={stream} />}
      status={stream && stateSentence(stream)}
      actions={tagged && <StreamActions stream={tagged.data} etag={tagged.etag} />}
    >
      <NeedsPermission permission="admin">
        <Loaded query={query} rows={10}>
          {({ data, etag }) => (
            <WithAside aside={<About stream={data} />}>
              <Needs stream={data} />
              <ReceivedLast stream={data} />
              <PolicyTable stream={data} etag={etag} />
            </WithAside>
          )}
        </Loaded>
      </NeedsPermission>
    </Page>
  );
}

function Address({ value }: { value: string }) {
  return (
    <span className={classes.address}>
      <code>{value}</code>
      <CopyIcon value={value} what={value} />
    </span>
  );
}

function Needs({ stream }: { stream: Stream }) {
  const facts: [string, ReactNode][] = [];
  if (stream.push_endpoint !== null) facts.push([words.push, <Address value={stream.push_endpoint} />]);
  if (stream.poll_endpoint !== null) facts.push([words.poll, <Address value={stream.poll_endpoint} />]);
  facts.push([words.revocation, <Address value={stream.global_token_revocation_endpoint} />]);
  facts.push([words.audience, stream.audience.map((each) => <Address key={each} value={each} />)]);
  return (
    <Section title={words.give}>
      <Card>
        <Facts facts={facts} />
        <p className={classes.foot}>{words.giveHint}</p>
      </Card>
    </Section>
  );
}

function About({ stream }: { stream: Stream }) {
  const keys = stream.jwks ? words.keysOwn(stream.jwks.keys.length) : (stream.jwks_uri ?? words.keysMetadata);
  const facts: (readonly [string, ReactNode])[] = [
    [words.issuer, stream.issuer],
    [words.delivery, t.signals.streams.delivery[stream.delivery]],
    [words.keys, keys],
    [words.acts, stream.events === null ? words.allEvents : words.someEvents(stream.events.length)],
    [words.verified, <Moment at={stream.verified_at} />],
    [words.error, stream.last_error ?? words.none],
    [words.added, <Moment at={stream.created_at} />],
    [words.id, <Identifier id={stream.id} />],
  ];
  if (stream.transmitter_stream !== null) {
    facts.push([words.transmitter, <Identifier id={stream.transmitter_stream} />]);
    facts.push([words.transmitterStatus, stream.transmitter_status ?? words.none]);
  }
  return (
    <Section title={words.about}>
      <Card>
        <Facts facts={facts} />
      </Card>
    </Section>
  );
}

function ReceivedLast({ stream }: { stream: Stream }) {
  const query = useQuery(receivedQuery({ stream: stream.id }, shown));
  return (
    <Section
      title={words.received}
      aside={
        <Link to="/signals" search={{ tab: 'received', stream: stream.id }}>
          {words.allReceived}
        </Link>
      }
    >
      <DataTable
        label={words.receivedTable}
        columns={streamColumns}
        query={asPage({ ...query, data: query.data?.data })}
        idOf={({ id }) => id}
        nameOf={namesOf}
        empty={<Empty title={t.signals.received.empty}>{t.signals.received.emptyHint}</Empty>}
      />
    </Section>
  );
}
