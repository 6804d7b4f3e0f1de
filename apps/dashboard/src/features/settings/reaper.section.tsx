import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Moment } from '../../ui/moment.js';
import { Card, Facts } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { ReaperCandidates } from './reaper-candidates.js';
import { ReaperForm } from './reaper.form.js';
import { reaperPolicyQuery, type ReaperPolicy } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.reaper;

/** Rules for what nobody needs any more, and what they mean now. The dry run is for everybody who sees connections. */
export function ReaperSection() {
  const isAdmin = useCan('admin');
  const query = useQuery({ ...reaperPolicyQuery, enabled: isAdmin });
  return (
    <Stack gap={16}>
      {isAdmin && (
        <Card>
          <p className={classes.what}>{words.what}</p>
          <Loaded query={query} rows={6}>
            {(tagged) => (
              <Stack gap={24}>
                <ReaperForm tagged={tagged} />
                <Runs policy={tagged.data} />
              </Stack>
            )}
          </Loaded>
        </Card>
      )}
      <ReaperCandidates />
    </Stack>
  );
}

function Runs({ policy }: { policy: ReaperPolicy }) {
  return (
    <Facts
      facts={[
        [words.nextRun, <Moment at={policy.next_run_at} never={words.noRun} />],
        [words.lastRun, <Moment at={policy.last_run_at} />],
        ...(policy.held ? [[words.held, words.heldWhy] as const] : []),
      ]}
    />
  );
}
