import { Button } from '@mantine/core';
import { IconBan, IconSnowflake } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { bulkOfFilter, bulkOfIds, unselectable } from './bulk.js';
import { connectionCountQuery } from './connections.query.js';
import type { ConnectionsFilter } from './connections.search.js';
import classes from './connections.module.css';

const words = t.connections.selection;

/** Ids, or all that match: then the filter is kept, and what it finds is counted again by the kill switch. */
export type Chosen = { all: false; ids: ReadonlySet<string> } | { all: true };

interface SelectionBarProps {
  chosen: Chosen;
  filter: ConnectionsFilter;
  onAll: () => void;
  onClear: () => void;
}

/** What is selected, and what to do with it: both open the kill switch, which counts and asks. */
export function SelectionBar({ chosen, filter, onAll, onClear }: SelectionBarProps) {
  const navigate = useNavigate();
  const { data } = useQuery(connectionCountQuery(filter));
  const total = data && count(data.count, data.estimate);
  const blocked = chosen.all ? whyNot(filter) : undefined;
  const open = (kind: 'freeze' | 'revoke'): void => {
    const { search, state } = chosen.all ? bulkOfFilter(kind, filter) : bulkOfIds(kind, [...chosen.ids]);
    void navigate({ to: '/kill-switch/new', search, state });
  };
  const hasMore = !chosen.all && (data === undefined || data.count > chosen.ids.size);
  return (
    <div className={classes.selection} role="region" aria-label={words.label}>
      <strong role="status">
        {chosen.all
          ? total === undefined
            ? words.allUncounted
            : words.all(total)
          : words.some(count(chosen.ids.size))}
      </strong>
      {hasMore && (
        <Button variant="subtle" onClick={onAll}>
          {total === undefined ? words.takeAllUncounted : words.takeAll(total)}
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={onClear}>
        {words.clear}
      </Button>
      <div className={classes.bulk}>
        <Button
          variant="default"
          leftSection={<IconSnowflake size={14} />}
          disabled={blocked !== undefined}
          onClick={() => open('freeze')}
        >
          {words.freeze}
        </Button>
        <Button
          variant="default"
          className={classes.danger}
          leftSection={<IconBan size={14} />}
          disabled={blocked !== undefined}
          onClick={() => open('revoke')}
        >
          {words.revoke}
        </Button>
      </div>
      {blocked !== undefined && <p className={classes.blocked}>{blocked}</p>}
    </div>
  );
}

function whyNot(filter: ConnectionsFilter): string | undefined {
  if (Object.keys(filter).length === 0) return words.nothing;
  const names = unselectable(filter).map((name) => words.names[name]);
  return names.length > 0 ? words.cannot([...new Set(names)].join(', ')) : undefined;
}
