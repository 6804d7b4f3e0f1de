import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { apiKeysSearch } from '../features/api-keys/api-keys.search.js';
import { auditSearch } from '../features/audit/audit.search.js';
import { connectLinksSearch } from '../features/connect-links/connect-links.search.js';
import { connectionSearch, connectionsSearch } from '../features/connections/connections.search.js';
import { approvalsSearch } from '../features/approvals/approvals.search.js';
import { integrationsSearch, newIntegrationSearch } from '../features/integrations/integrations.search.js';
import { jobsSearch } from '../features/jobs/jobs.search.js';
import {
  killSwitchSearch,
  newKillSwitchSearch,
  revocationSearch,
} from '../features/kill-switch/kill-switch.search.js';
import { membersSearch } from '../features/members/members.search.js';
import { settingsSearch } from '../features/settings/settings.search.js';
import { signalsSearch } from '../features/signals/signals.search.js';
import { NotFound } from './not-found.js';
import { Layout } from './layout.js';
import { SignedIn } from './signed-in.js';
import { requireSession } from './require-session.js';

const root = createRootRoute();

/** Where the sign-in window beside the page ends: outside of the layout, needs no session. */
const signedIn = createRoute({ getParentRoute: () => root, path: '/signed-in', component: SignedIn });

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Layout,
  beforeLoad: requireSession,
});
const inApp = { getParentRoute: () => app };

/** Every page is loaded when it is gone to; its filters are its URL's. */
export const routeTree = root.addChildren([
  signedIn,
  app.addChildren([
    createRoute({
      ...inApp,
      path: '/',
      component: lazyRouteComponent(() => import('../features/overview/overview.page.js'), 'OverviewPage'),
    }),
    createRoute({
      ...inApp,
      path: '/start',
      component: lazyRouteComponent(() => import('../features/start/start.page.js'), 'StartPage'),
    }),
    createRoute({
      ...inApp,
      path: '/connections',
      validateSearch: connectionsSearch,
      component: lazyRouteComponent(
        () => import('../features/connections/connections.page.js'),
        'ConnectionsPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/connections/$id',
      validateSearch: connectionSearch,
      component: lazyRouteComponent(
        () => import('../features/connections/connection.page.js'),
        'ConnectionPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/integrations',
      validateSearch: integrationsSearch,
      component: lazyRouteComponent(
        () => import('../features/integrations/integrations.page.js'),
        'IntegrationsPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/integrations/new',
      validateSearch: newIntegrationSearch,
      component: lazyRouteComponent(
        () => import('../features/integrations/new-integration.page.js'),
        'NewIntegrationPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/integrations/$id',
      component: lazyRouteComponent(
        () => import('../features/integrations/integration.page.js'),
        'IntegrationPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/connect-links',
      validateSearch: connectLinksSearch,
      component: lazyRouteComponent(
        () => import('../features/connect-links/connect-links.page.js'),
        'ConnectLinksPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/kill-switch',
      validateSearch: killSwitchSearch,
      component: lazyRouteComponent(
        () => import('../features/kill-switch/kill-switch.page.js'),
        'KillSwitchPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/kill-switch/new',
      validateSearch: newKillSwitchSearch,
      component: lazyRouteComponent(
        () => import('../features/kill-switch/new-kill-switch.page.js'),
        'NewKillSwitchPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/kill-switch/$id',
      validateSearch: revocationSearch,
      component: lazyRouteComponent(
        () => import('../features/kill-switch/revocation.page.js'),
        'RevocationPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/leaked-token',
      component: lazyRouteComponent(
        () => import('../features/leaked-token/leaked-token.page.js'),
        'LeakedTokenPage',
      ),
    }),
    createRoute({
      ...inApp,
      path: '/signals',
      validateSearch: signalsSearch,
      component: lazyRouteComponent(() => import('../features/signals/signals.page.js'), 'SignalsPage'),
    }),
    createRoute({
      ...inApp,
      path: '/signals/$id',
      component: lazyRouteComponent(() => import('../features/signals/stream.page.js'), 'StreamPage'),
    }),
    createRoute({
      ...inApp,
      path: '/audit',
      validateSearch: auditSearch,
      component: lazyRouteComponent(() => import('../features/audit/audit.page.js'), 'AuditPage'),
    }),
    createRoute({
      ...inApp,
      path: '/audit/$id',
      component: lazyRouteComponent(() => import('../features/audit/audit-entry.page.js'), 'AuditEntryPage'),
    }),
    createRoute({
      ...inApp,
      path: '/api-keys',
      validateSearch: apiKeysSearch,
      component: lazyRouteComponent(() => import('../features/api-keys/api-keys.page.js'), 'ApiKeysPage'),
    }),
    createRoute({
      ...inApp,
      path: '/jobs',
      validateSearch: jobsSearch,
      component: lazyRouteComponent(() => import('../features/jobs/jobs.page.js'), 'JobsPage'),
    }),
    createRoute({
      ...inApp,
      path: '/members',
      validateSearch: membersSearch,
      component: lazyRouteComponent(() => import('../features/members/members.page.js'), 'MembersPage'),
    }),
    createRoute({
      ...inApp,
      path: '/approvals',
      validateSearch: approvalsSearch,
      component: lazyRouteComponent(() => import('../features/approvals/approvals.page.js'), 'ApprovalsPage'),
    }),
    createRoute({
      ...inApp,
      path: '/approvals/$id',
      component: lazyRouteComponent(() => import('../features/approvals/approval.page.js'), 'ApprovalPage'),
    }),
    createRoute({
      ...inApp,
      path: '/settings',
      validateSearch: settingsSearch,
      component: lazyRouteComponent(() => import('../features/settings/settings.page.js'), 'SettingsPage'),
    }),
    createRoute({ ...inApp, path: '$', component: NotFound }),
  ]),
]);
