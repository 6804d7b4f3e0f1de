import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { CopyCurl } from '../../ui/copy-curl.js';
import { Page } from '../../ui/page.js';
import { UrlTabs } from '../../ui/url-tabs.js';
import { auditFilter } from './audit.query.js';
import { DeniedAccesses } from './denied-accesses.js';
import { Entries } from './entries.js';

const words = t.audit;
const tabs = [
  { value: 'entries', label: words.tabs.entries },
  { value: 'denied', label: words.tabs.denied },
] as const;

/** Who did what to what; for admins, who was turned away as well. */
export function AuditPage() {
  const search = useSearch({ from: '/app/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const maySeeDenied = useCan('admin');
  const chosen = maySeeDenied && search.tab === 'denied' ? 'denied' : 'entries';
  const filter = new URLSearchParams(auditFilter(search) as Record<string, string>).toString();
  const path = chosen === 'denied' ? '/v1/audit/denied-accesses' : '/v1/audit/entries';
  return (
    <Page
      title={words.title}
      status={chosen === 'denied' ? words.denied.status : words.status}
      actions={<CopyCurl method="GET" path={chosen === 'entries' && filter ? `${path}?${filter}` : path} />}
    >
      <NeedsPermission permission="audit:read">
        {maySeeDenied ? (
          <UrlTabs
            label={words.tabsLabel}
            tabs={tabs}
            value={chosen}
            onChange={(tab) => void navigate({ search: tab === 'denied' ? { tab } : {} })}
          >
            {chosen === 'denied' ? <DeniedAccesses /> : <Entries />}
          </UrlTabs>
        ) : (
          <Entries />
        )}
      </NeedsPermission>
    </Page>
  );
}
