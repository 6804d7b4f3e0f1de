import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { actorName } from '../../ui/actor.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { IntegrationName } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { AliveBadge } from './alive-badge.js';
import { isOwn, type TokenResult } from './leaked-token.query.js';

const words = t.leakedToken;

export const lineOf = ({ index }: TokenResult): string => count(index + 1);

export function generationOf({ generation, current }: TokenResult): string {
  if (generation === null) return t.time.none;
  return words.generation(count(generation), current ? words.current : words.superseded);
}

export function resultColumns(onDetails: (result: TokenResult) => void): readonly Column<TokenResult>[] {
  return [
    {
      id: 'line',
      header: words.columns.line,
      cell: (result) =>
        isOwn(result) ? (
          <Anchor component="button" type="button" size="sm" onClick={() => onDetails(result)}>
            {words.line(lineOf(result))}
          </Anchor>
        ) : (
          words.line(lineOf(result))
        ),
    },
    { id: 'alive', header: words.columns.alive, cell: (result) => <AliveBadge result={result} /> },
    {
      id: 'whose',
      header: words.columns.whose,
      cell: (result) =>
        isOwn(result) && (
          <Link to="/connections/$id" params={{ id: result.connection }}>
            {result.end_user ?? words.noUser}
          </Link>
        ),
      priority: 2,
    },
    {
      id: 'integration',
      header: words.columns.integration,
      cell: ({ integration }) => integration && <IntegrationName id={integration} />,
      priority: 2,
    },
    {
      id: 'kind',
      header: words.columns.kind,
      cell: ({ kind }) => kind && words.kinds[kind],
      priority: 3,
    },
    {
      id: 'generation',
      header: words.columns.generation,
      cell: (result) => (result.found ? generationOf(result) : null),
      priority: 3,
    },
    {
      id: 'readers',
      header: words.columns.readers,
      cell: (result) => result.found && <LastReader result={result} />,
      priority: 3,
    },
  ];
}

function LastReader({ result: { readers } }: { result: TokenResult }) {
  const [latest, ...others] = readers;
  if (!latest) return <>{words.noReaders}</>;
  return (
    <>
      {actorName(latest.caller)}, <Moment at={latest.last_read_at} />
      {others.length > 0 && ` ${words.moreReaders(count(others.length))}`}
    </>
  );
}
