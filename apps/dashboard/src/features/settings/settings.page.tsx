import { IconLock } from '@tabler/icons-react';
import { useIsFetching } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ComponentType } from 'react';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Page, Section } from '../../ui/page.js';
import { Notice } from '../../ui/states.js';
import { AnomalySection } from './anomaly.section.js';
import { CreateWorkspaceSection } from './create-workspace.section.js';
import { EndUserSection } from './end-user.section.js';
import { LeakSection } from './leak.section.js';
import { LimitsSection } from './limits.section.js';
import { ReaperSection } from './reaper.section.js';
import { WorkspaceSection } from './workspace.section.js';
import { YouSection } from './you.section.js';
import classes from './settings.module.css';

const words = t.settings;

interface Part {
  id: string;
  title: string;
  /** Whoever lacks it does not see this part. */
  permission: string;
  content: ComponentType;
}

const parts: readonly Part[] = [
  { id: 'workspace', title: words.workspace.title, permission: 'admin', content: WorkspaceSection },
  { id: 'leaked-tokens', title: words.leak.title, permission: 'admin', content: LeakSection },
  { id: 'anomalies', title: words.anomaly.title, permission: 'admin', content: AnomalySection },
  { id: 'reaper', title: words.reaper.title, permission: 'connections:read', content: ReaperSection },
  { id: 'limits', title: words.limits.title, permission: 'members:read', content: LimitsSection },
  { id: 'end-users', title: words.endUser.title, permission: 'connections:revoke', content: EndUserSection },
  { id: 'you', title: words.you.title, permission: 'session', content: YouSection },
  { id: 'new-workspace', title: words.create.title, permission: 'admin', content: CreateWorkspaceSection },
];

/** The workspace, what is done by itself, and oneself; each part has an anchor of its own. */
export function SettingsPage() {
  const permissions = usePageState().session?.permissions ?? [];
  const shown = parts.filter(({ permission }) => permissions.includes(permission));
  const { hash } = useLocation();
  useAnchor(hash);
  return (
    <Page title={words.title} status={words.status}>
      <div className={classes.layout}>
        <div className={classes.main}>
          {!permissions.includes('admin') && (
            <Notice icon={IconLock} title={words.adminOnly} role="status">
              {words.adminOnlyDetail}
            </Notice>
          )}
          {shown.map(({ id, title, content: Content }) => (
            <Section key={id} id={id} title={title}>
              <Content />
            </Section>
          ))}
        </div>
        <nav className={classes.contents} aria-label={words.contents}>
          {words.contents}
          <ul>
            {shown.map(({ id, title }) => (
              <li key={id}>
                <Link to="/settings" hash={id} data-on={hash === id || undefined}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </Page>
  );
}

/** What is above an anchor grows while it loads: gone to once more when it has. */
function useAnchor(hash: string): void {
  const isLoading = useIsFetching({ queryKey: ['settings'] }) > 0;
  const settled = useRef<string>(undefined);
  useEffect(() => {
    if (hash === '' || settled.current === hash) return;
    document.getElementById(hash)?.scrollIntoView();
    if (!isLoading) settled.current = hash;
  }, [hash, isLoading]);
}
