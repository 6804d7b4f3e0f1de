import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { DataTable } from '../../ui/data-table.js';
import { Page } from '../../ui/page.js';
import { Empty } from '../../ui/states.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { approvalColumns } from './approvals.columns.js';
import { approvalsQuery } from './approvals.query.js';
import type { ApprovalsSearch } from './approvals.search.js';
import { actionWords, askedAction } from './asked-action.js';

const words = t.approvals;
type Tab = keyof typeof words.tabs;
const names = Object.keys(words.tabs) as Tab[];
const tabs = names.map((value) => ({ value, label: words.tabs[value] }));

/** What needs, or needed, a second human; newest first. */
export function ApprovalsPage() {
  const search: ApprovalsSearch = useSearch({ from: '/app/approvals' });
  const navigate = useNavigate({ from: '/approvals' });
  const tab = names.find((name) => name === search.tab) ?? 'pending';
  return (
    <Page title={words.title} status={words.status}>
      <NeedsPermission permission="approvals:read">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={tab}
          onChange={(next) => void navigate({ search: next === 'pending' ? {} : { tab: next } })}
        >
          <List tab={tab} cursor={search.cursor} />
        </UrlTabs>
      </NeedsPermission>
    </Page>
  );
}

function List({ tab, cursor }: { tab: Tab; cursor: string | undefined }) {
  const navigate = useNavigate({ from: '/approvals' });
  const query = useQuery({
    ...approvalsQuery(tab === 'all' ? undefined : tab, cursor),
    placeholderData: keepPreviousData,
  });
  const isDefault = tab === 'pending' || tab === 'all';
  return (
    <DataTable
      label={words.title}
      columns={approvalColumns}
      query={query}
      idOf={({ id }) => id}
      nameOf={(approval) => actionWords(askedAction(approval))}
      onOpen={({ id }) => void navigate({ to: '/approvals/$id', params: { id } })}
      empty={<Empty title={isDefault ? words.empty : words.emptyOther}>{isDefault && words.emptyWhat}</Empty>}
      cursor={cursor}
      onCursor={(next) => void navigate({ search: { tab: search(tab), cursor: next } })}
    />
  );
}

const search = (tab: Tab): string | undefined => (tab === 'pending' ? undefined : tab);
