import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Identifier } from '../../ui/identifier.js';
import { LinkState } from '../../ui/link-state.js';
import { Moment } from '../../ui/moment.js';
import type { ConnectLink } from './connect-links.query.js';
import type { ConnectLinksSearch } from './connect-links.search.js';

const { columns: words, notUsed, view, reconnects } = t.connectLinks;

/** What a person would call the end user by. */
export function whoOf({ end_user: user }: ConnectLink): string {
  return user.display_name ?? user.email ?? user.id;
}

function Who({ link, canWatch }: { link: ConnectLink; canWatch: boolean }) {
  if (!canWatch) return <span title={link.end_user.id}>{whoOf(link)}</span>;
  return (
    <Link
      from="/connect-links"
      search={(search: ConnectLinksSearch) => ({ ...search, link: link.id })}
      replace
      title={link.end_user.id}
    >
      {whoOf(link)}
    </Link>
  );
}

/** `canWatch`: may ask for a single link. */
export function linkColumns(canWatch: boolean): readonly Column<ConnectLink>[] {
  return [
    { id: 'who', header: words.who, cell: (link) => <Who link={link} canWatch={canWatch} /> },
    { id: 'state', header: words.state, cell: ({ state }) => <LinkState state={state} /> },
    {
      id: 'integration',
      header: words.integration,
      priority: 2,
      cell: ({ integration: { id, name } }) => (
        <Link to="/integrations/$id" params={{ id }}>
          {name}
        </Link>
      ),
    },
    {
      id: 'connection',
      header: words.connection,
      priority: 2,
      cell: ({ connection, reconnects: renewed }) => {
        const id = connection ?? renewed;
        if (id === null) return t.time.none;
        return (
          <Link to="/connections/$id" params={{ id }}>
            {connection ? view : reconnects}
          </Link>
        );
      },
    },
    {
      id: 'used',
      header: words.used,
      priority: 2,
      cell: ({ used_at: at }) => <Moment at={at} never={notUsed} />,
    },
    { id: 'made', header: words.made, priority: 3, cell: ({ created_at: at }) => <Moment at={at} /> },
    {
      id: 'expires',
      header: words.expires,
      priority: 3,
      cell: ({ expires_at: at, used_at: used }) => <Moment at={used ? null : at} never={t.time.none} />,
    },
    {
      id: 'by',
      header: words.by,
      priority: 3,
      cell: ({ created_by: by }) => by.name ?? <Identifier id={by.id} />,
    },
  ];
}
