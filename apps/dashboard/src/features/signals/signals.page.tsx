import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { byTab, LivesBy } from '../../ui/leave-guard.js';
import { Page } from '../../ui/page.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { AddStream } from './add-stream.js';
import { AddSubscriber } from './add-subscriber.js';
import { OwnFindings } from './own-findings.js';
import { Received } from './received.js';
import type { SignalsSearch } from './signals.search.js';
import { Streams } from './streams.js';
import { Subscribers } from './subscribers.js';

const words = t.signals;
const tabs = [
  { value: 'streams', label: words.tabs.streams },
  { value: 'received', label: words.tabs.received },
  { value: 'subscribers', label: words.tabs.subscribers },
  { value: 'policies', label: words.tabs.policies },
] as const;

/** From whom security events are taken, what came and was done, and who is told by us. */
export function SignalsPage() {
  const search: SignalsSearch = useSearch({ from: '/app/signals' });
  const tab = search.tab ?? 'streams';
  const navigate = useNavigate({ from: '/signals' });
  return (
    <Page
      title={t.shell.pages.signals}
      status={tab === 'subscribers' ? words.subscribers.status : words.status}
      actions={
        <LivesBy value={byTab}>
          {tab === 'subscribers' ? <AddSubscriber /> : tab === 'streams' && <AddStream />}
        </LivesBy>
      }
    >
      <NeedsPermission permission="admin">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={tab}
          onChange={(next) => void navigate({ search: next === 'streams' ? {} : { tab: next } })}
        >
          {tab === 'streams' && <Streams />}
          {tab === 'received' && <Received />}
          {tab === 'subscribers' && <Subscribers />}
          {tab === 'policies' && <OwnFindings />}
        </UrlTabs>
      </NeedsPermission>
    </Page>
  );
}
