import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { ApprovalDecision } from '../../ui/approval-decision.js';
import { CountNow } from '../../ui/count-now.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { Moment, UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { approvalQuery, startApproved, type Revocation } from './kill-switch.query.js';
import classes from './kill-switch.module.css';

const words = t.decision;

/** What waits: how many then and now, until when, and who may decide. Never whoever asked. */
export function AwaitingApproval({ job }: { job: Revocation }) {
  const maySee = useCan('approvals:read');
  const total = count(job.targets.total);
  const { approval } = job;
  return (
    <Section title={t.killSwitch.states.awaiting_approval}>
      <Card>
        <div className={classes.bar}>
          <Facts
            facts={[
              [t.selection.thenCount, t.selection.connections(total)],
              [t.selection.nowCount, job.selector && <CountNow selector={job.selector} />],
              [words.reason, job.reason],
              [
                words.lapses,
                <>
                  <Moment at={approval?.lapses_at} never={t.time.none} /> (
                  <UtcMoment at={approval?.lapses_at} />)
                </>,
              ],
            ]}
          />
          <p className={classes.quiet}>{t.selection.fixed}</p>
          {approval && maySee && approval.state === 'pending' && <Decision id={approval.id} job={job} />}
          {!maySee && <p>{words.whyNot.not_allowed}</p>}
          {approval?.state === 'approved' && <StartApproved id={job.id} hash={approval.content_hash} />}
        </div>
      </Card>
    </Section>
  );
}

function Decision({ id, job }: { id: string; job: Revocation }) {
  const query = useQuery(approvalQuery(id));
  const total = count(job.targets.total);
  return (
    <Loaded query={query} rows={2}>
      {(approval) => (
        <ApprovalDecision
          approval={approval}
          action={t.approvals.actions.revoke(total)}
          typed={String(job.targets.total)}
        >
          {t.approvals.effects.revoke(total)}
        </ApprovalDecision>
      )}
    </Loaded>
  );
}

/** Approved, but the service that does it could not be reached then. */
function StartApproved({ id, hash }: { id: string; hash: string }) {
  const queries = useQueryClient();
  const mayStart = useCan('approvals:decide');
  const [problem, setProblem] = useState<ApiProblem>();
  const start = (): void => {
    setProblem(undefined);
    startApproved(id, hash)
      .then(() => queries.invalidateQueries({ queryKey: ['revocation', id] }))
      .catch((thrown: unknown) => setProblem(ApiProblem.from(thrown)));
  };
  return (
    <>
      <p>{t.revocation.approvedNotStarted}</p>
      {problem && <ProblemAlert problem={problem} />}
      {mayStart && (
        <div className={classes.buttons}>
          <Button color="red" onClick={start}>
            {t.revocation.startApproved}
          </Button>
        </div>
      )}
    </>
  );
}
