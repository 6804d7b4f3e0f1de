import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { Actor } from '../../ui/actor.js';
import { Moment, UtcMoment } from '../../ui/moment.js';
import { IntegrationName, ProviderName } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { Facts } from '../../ui/page.js';
import { StateBadge } from '../../ui/state-badge.js';
import { AliveBadge } from './alive-badge.js';
import { generationOf } from './leaked-token.columns.js';
import type { OwnToken } from './leaked-token.query.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;

/** Whose it is, whether it still works, and who read it. */
export function TokenDetails({ token }: { token: OwnToken }) {
  return (
    <div className={classes.details}>
      <Facts facts={factsOf(token)} />
      <section aria-label={words.readers}>
        <h3 className={classes.heading}>{words.readersOf}</h3>
        {token.readers.length === 0 ? (
          <p className={classes.quiet}>{words.noReaders}</p>
        ) : (
          <Readers {...token} />
        )}
      </section>
    </div>
  );
}

function factsOf(token: OwnToken): [string, ReactNode][] {
  const names = words.facts;
  return [
    [names.alive, <AliveBadge result={token} />],
    ['', <span className={classes.quiet}>{token.alive ? words.aliveWhat : words.deadWhat}</span>],
    [names.owner, token.end_user ?? words.noUser],
    [
      names.connection,
      <Link to="/connections/$id" params={{ id: token.connection }}>
        <code>{token.connection}</code>
      </Link>,
    ],
    [names.state, token.state && <StateBadge state={token.state} />],
    [names.provider, <ProviderName id={token.provider} />],
    [names.integration, <IntegrationName id={token.integration} />],
    [names.kind, token.kind && words.kinds[token.kind]],
    [names.slot, token.slot],
    [names.generation, generationOf(token)],
    [names.issued, <UtcMoment at={token.issued_at} />],
    [names.expires, token.expires_at ? <UtcMoment at={token.expires_at} /> : words.unknownExpiry],
    [names.superseded, <UtcMoment at={token.superseded_at} />],
    [names.lastRead, <Moment at={token.last_read_at} />],
  ];
}

function Readers({ readers }: Pick<OwnToken, 'readers'>) {
  const columns = words.readerColumns;
  return (
    <Table.ScrollContainer
      minWidth={420}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={words.readersOf}
    >
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{columns.who}</Table.Th>
            <Table.Th scope="col">{columns.network}</Table.Th>
            <Table.Th scope="col">{columns.first}</Table.Th>
            <Table.Th scope="col">{columns.last}</Table.Th>
            <Table.Th scope="col">{columns.count}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {readers.map((reader) => (
            <Table.Tr key={`${reader.caller.id} ${reader.network}`}>
              <Table.Td>
                <Actor actor={reader.caller} />
              </Table.Td>
              <Table.Td>{reader.network}</Table.Td>
              <Table.Td>
                <Moment at={reader.first_read_at} />
              </Table.Td>
              <Table.Td>
                <Moment at={reader.last_read_at} />
              </Table.Td>
              <Table.Td>{count(reader.count)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
