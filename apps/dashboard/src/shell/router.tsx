import { createRouter } from '@tanstack/react-router';
import { Failure } from '../ui/states.js';
import { Page } from '../ui/page.js';
import { t } from '../messages/index.js';
import { NotFound } from './not-found.js';
import { routeTree } from './routes.js';

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => (
    <Page title={t.failure.crashed}>
      <Failure error={error} onRetry={reset} />
    </Page>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
