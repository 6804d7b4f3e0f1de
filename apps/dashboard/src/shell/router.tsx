import { createRouter } from '@tanstack/react-router';
import { Failure } from '../ui/states.js';
import { Page } from '../ui/page.js';
import { t } from '../messages/index.js';
import { NotFound } from './not-found.js';
import { routeTree } from './routes.js';

/** The service is away, or newer than this page: what could not be imported once is not asked for again without a reload. */
function isMissingCode(error: unknown): boolean {
  return /preload CSS|dynamically imported module|module script/i.test(String(error));
}

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }) => (
    <Page title={isMissingCode(error) ? t.failure.title : t.failure.crashed}>
      <Failure error={error} onRetry={isMissingCode(error) ? () => location.reload() : reset} />
    </Page>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
