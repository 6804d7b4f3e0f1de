import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { useCan } from '../../api/session-state.js';
import { useNow } from '../../ui/moment.js';
import { Page } from '../../ui/page.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { apiKeysQuery } from './api-keys.query.js';
import { keyTabs, type ApiKeysSearch } from './api-keys.search.js';
import { KeyList } from './key-list.js';
import { isUsable, keyState } from './key-state.js';
import { WorkloadList } from './workload-list.js';

const words = t.apiKeys;
const tabs = keyTabs.map((value) => ({ value, label: words.tabs[value] }));

/** How services get in: with keys, or with tokens of their own platform. */
export function ApiKeysPage() {
  const search: ApiKeysSearch = useSearch({ from: '/app/api-keys' });
  const navigate = useNavigate({ from: '/api-keys' });
  const mayWrite = useCan('keys:write');
  const tab = search.tab ?? 'keys';
  const onCreating = (isCreating: boolean): void =>
    void navigate({
      search: (now: ApiKeysSearch) => ({ ...now, new: isCreating || undefined }),
      replace: true,
      // Cancelled, or left after it was asked about: not asked again.
      ignoreBlocker: !isCreating,
    });
  const action = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => onCreating(true)}>
      {tab === 'keys' ? words.create : words.workloads.create}
    </Button>
  );
  const shared = { search, isCreating: Boolean(search.new), onCreating };
  return (
    <Page
      title={words.title}
      actions={action}
      status={mayWrite && (tab === 'keys' ? <KeysStatus /> : words.statusWorkloads)}
    >
      <NeedsPermission permission="keys:write">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={tab}
          onChange={(next) => void navigate({ search: next === 'keys' ? {} : { tab: next } })}
        >
          {tab === 'keys' ? <KeyList {...shared} /> : <WorkloadList {...shared} />}
        </UrlTabs>
      </NeedsPermission>
    </Page>
  );
}

/** Counted only where all of them are at hand. */
function KeysStatus() {
  const { data } = useQuery(apiKeysQuery(undefined));
  const now = useNow();
  if (!data || data.next_cursor !== null || data.data.length === 0) return <>{words.statusMany}</>;
  const usable = data.data.filter((key) => isUsable(keyState(key, now)));
  const expiring = usable.filter((key) => keyState(key, now) === 'expiring');
  const unused = usable.filter((key) => key.last_used_at === null);
  return <>{words.status(usable.length, expiring.length, unused.length)}</>;
}
