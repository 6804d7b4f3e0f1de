import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { Page, WithAside } from '../../ui/page.js';
import { ConsentsPart } from './consents.part.js';
import { DuePart } from './due.part.js';
import { Figures } from './figures.js';
import { FirstSteps } from './first-steps.js';
import { HeldBack } from './held-back.js';
import { LagPart } from './lag.part.js';
import { LiveEvents } from './live-events.js';
import { statesQuery } from './overview.query.js';
import { ProvidersPart } from './providers.part.js';
import { RenewalsPart } from './renewals.part.js';
import { StatesPart } from './states.part.js';
import { statusSentence } from './summaries.js';
import classes from './overview.module.css';

/** Is everything well, and if not, where to look. */
export function OverviewPage() {
  const isAllowed = useCan('connections:read');
  const { data: states } = useQuery({ ...statesQuery, enabled: isAllowed });
  return (
    <Page title={t.overview.title} status={states ? statusSentence(states) : <>&nbsp;</>}>
      <NeedsPermission permission="connections:read">
        <FirstSteps />
        <Figures />
        <WithAside
          aside={
            <>
              <HeldBack />
              <LiveEvents />
            </>
          }
        >
          <div className={classes.parts}>
            <StatesPart />
            <RenewalsPart />
            <ProvidersPart />
            <DuePart />
            <ConsentsPart />
            <LagPart />
          </div>
        </WithAside>
      </NeedsPermission>
    </Page>
  );
}
