import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { count } from '../../ui/number.js';
import { Page, WithAside } from '../../ui/page.js';
import { Loaded, shownOf } from '../../ui/states.js';
import { AwaitingApproval } from './awaiting-approval.js';
import { FreezePage } from './freeze.page.js';
import { JobState } from './job-state.js';
import { revocationQuery, type Revocation } from './kill-switch.query.js';
import { RevocationActions } from './revocation.actions.js';
import { RevocationFacts, RevocationSelection } from './revocation.facts.js';
import { RevocationItems } from './revocation.items.js';
import { RevocationProgress } from './revocation.progress.js';

const words = t.revocation;

/** A revocation, or a freeze: the id says which. */
export function RevocationPage() {
  const { id } = useParams({ from: '/app/kill-switch/$id' });
  return id.startsWith('frz_') ? <FreezePage key={id} id={id} /> : <Shown key={id} id={id} />;
}

function Shown({ id }: { id: string }) {
  const query = useQuery(revocationQuery(id));
  const job = shownOf(query);
  return (
    <Page
      title={job ? words.title(count(job.targets.total)) : t.killSwitch.title}
      crumbs={<Link to="/kill-switch">{t.killSwitch.title}</Link>}
      badge={job && <JobState state={job.state} />}
      status={job && sentenceOf(job)}
      actions={job && <RevocationActions job={job} />}
    >
      <NeedsPermission permission="connections:read">
        <Loaded query={query}>{(data) => <Body job={data} />}</Loaded>
      </NeedsPermission>
    </Page>
  );
}

const neverRan = new Set<Revocation['state']>(['awaiting_approval', 'rejected', 'withdrawn', 'lapsed']);

function Body({ job }: { job: Revocation }) {
  const hasRun = !neverRan.has(job.state);
  return (
    <>
      <WithAside aside={<RevocationSelection job={job} />}>
        {job.state === 'awaiting_approval' && <AwaitingApproval job={job} />}
        {hasRun && <RevocationProgress job={job} />}
        <RevocationFacts job={job} />
      </WithAside>
      {hasRun && <RevocationItems job={job} />}
    </>
  );
}

function sentenceOf({ state, targets, items }: Revocation): string {
  const left = count(targets.remaining);
  if (state === 'running' || state === 'paused' || state === 'cancelled') return words.sentence[state](left);
  if (state !== 'finished') return words.sentence[state];
  if (targets.total === 0) return words.nothing;
  return items.failed > 0 ? words.sentence.finishedFailed(count(items.failed)) : words.sentence.finished;
}
