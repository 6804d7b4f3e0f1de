import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { useNames } from '../../ui/names.js';
import { Page } from '../../ui/page.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { Engine } from './engine.js';
import { Incidents } from './incidents.js';
import { countsQuery, incidentsQuery } from './jobs.query.js';
import type { JobsSearch } from './jobs.search.js';
import { statusOf } from './trouble-words.js';
import { Troubles } from './troubles.js';

const words = t.jobs;
const tabs = [
  { value: 'stuck', label: words.tabs.stuck },
  { value: 'incidents', label: words.tabs.incidents },
  { value: 'engine', label: words.tabs.engine },
] as const;

/** What stands still, is late or fails, why, and what may be done about it. */
export function JobsPage() {
  const search: JobsSearch = useSearch({ from: '/app/jobs' });
  const tab = search.tab ?? 'stuck';
  const navigate = useNavigate({ from: '/jobs' });
  const mayRead = useCan('connections:read');
  return (
    <Page title={t.shell.pages.jobs} status={mayRead && <Status />}>
      <NeedsPermission permission="connections:read">
        <UrlTabs
          label={words.tabsLabel}
          tabs={tabs}
          value={tab}
          onChange={(next) => void navigate({ search: next === 'stuck' ? {} : { tab: next } })}
        >
          {tab === 'stuck' && <Troubles />}
          {tab === 'incidents' && <Incidents />}
          {tab === 'engine' && <Engine />}
        </UrlTabs>
      </NeedsPermission>
    </Page>
  );
}

/** Nothing is claimed before it is known. */
function Status() {
  const { data: counts } = useQuery(countsQuery);
  const { data: incidents } = useQuery(incidentsQuery);
  const names = useNames();
  if (!counts) return null;
  const open = (incidents?.data ?? []).filter(({ closed_at: at }) => at === null);
  return (
    <>
      {statusOf(counts)}
      {counts.spooled > 0 && ` ${words.status.spooled(counts.spooled)}`}
      {open.length > 0 &&
        ` ${words.status.incidents(open.map(({ provider }) => names.provider(provider)).join(', '))}`}
    </>
  );
}
