import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Actor, actorName } from '../../ui/actor.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { ApprovalDecision } from '../../ui/approval-decision.js';
import { CopyIcon, Identifier } from '../../ui/identifier.js';
import { Moment, UtcMoment } from '../../ui/moment.js';
import { Card, Facts, Page, Section, WithAside } from '../../ui/page.js';
import { Loaded, shownOf, Stale } from '../../ui/states.js';
import { ApprovalBadge } from './approval-state.js';
import { approvalQuery, type Approval } from './approvals.query.js';
import { AskedContent } from './asked-content.js';
import { actionWords, effectWords } from './asked-action.js';
import { useAsked } from './asked-words.js';
import classes from './approvals.module.css';

const words = t.approvals;

/** What exactly is asked for, by whom, and whether the reader may decide. */
export function ApprovalPage() {
  const { id } = useParams({ from: '/app/approvals/$id' });
  const query = useQuery({ ...approvalQuery(id), enabled: useCan('approvals:read') });
  const approval = shownOf(query);
  if (approval) return <Shown key={id} approval={approval} stale={<Stale query={query} />} />;
  return (
    <Page title={words.title} crumbs={<Link to="/approvals">{words.title}</Link>}>
      <NeedsPermission permission="approvals:read">
        <Loaded query={query}>{() => null}</Loaded>
      </NeedsPermission>
    </Page>
  );
}

function Shown({ approval, stale }: { approval: Approval; stale: ReactNode }) {
  const { asked, name } = useAsked(approval);
  const action = actionWords(asked, name);
  return (
    <Page
      title={action}
      crumbs={<Link to="/approvals">{words.title}</Link>}
      badge={<ApprovalBadge state={approval.state} />}
      status={sentenceOf(approval)}
    >
      {stale}
      <WithAside aside={<About approval={approval} />}>
        <Section title={words.whatTitle}>
          <Card>
            <p className={classes.effect}>{effectWords(asked, name)}</p>
            <AskedContent asked={asked} name={name} />
            {approval.state === 'pending' && (
              <div className={classes.decide}>
                <ApprovalDecision
                  approval={approval}
                  action={action}
                  {...(asked.kind === 'revoke' ? { typed: String(asked.targets) } : {})}
                >
                  {effectWords(asked, name)}
                </ApprovalDecision>
              </div>
            )}
          </Card>
        </Section>
        <Section
          title={words.contentTitle}
          aside={<span className={classes.quiet}>{words.contentHint}</span>}
        >
          <Card>
            <pre className={classes.content} tabIndex={0} aria-label={words.contentTitle}>
              {JSON.stringify(
                { action: approval.action, subject: approval.subject, content: approval.content },
                undefined,
                2,
              )}
            </pre>
          </Card>
        </Section>
      </WithAside>
    </Page>
  );
}

function sentenceOf({ state, requested_by: by, used_at: used }: Approval): string {
  if (state === 'pending') return words.sentence.pending(actorName(by));
  if (state === 'approved') return used ? words.sentence.approved : words.sentence.approvedOpen;
  return words.sentence[state];
}

function About({ approval }: { approval: Approval }) {
  const d = t.decision;
  const isPending = approval.state === 'pending';
  const facts: [string, ReactNode][] = [
    [d.askedBy, <Actor actor={approval.requested_by} />],
    [d.reason, approval.reason],
    [d.askedAt, <UtcMoment at={approval.requested_at} />],
    [
      isPending ? d.lapses : d.lapsed,
      <>
        {isPending && (
          <strong>
            <Moment at={approval.lapses_at} />
          </strong>
        )}{' '}
        <UtcMoment at={approval.lapses_at} />
      </>,
    ],
  ];
  if (!isPending) facts.splice(3, 1, ...decided(approval));
  return (
    <Section title={words.about}>
      <Card>
        <Facts facts={facts} />
      </Card>
      {isPending && <p className={classes.quiet}>{d.lapsesHint}</p>}
      <Card>
        <Facts
          facts={[
            [t.revocation.id, <Identifier id={approval.id} />],
            [
              d.hash,
              <span className={classes.hash}>
                <code>{approval.content_hash}</code>
                <CopyIcon value={approval.content_hash} what={d.hash} />
              </span>,
            ],
          ]}
        />
      </Card>
      <p className={classes.quiet}>{d.hashHint}</p>
    </Section>
  );
}

function decided(approval: Approval): [string, ReactNode][] {
  const d = t.decision;
  const facts: [string, ReactNode][] = [
    [d.decidedBy, approval.decided_by ? <Actor actor={approval.decided_by} /> : d.nobody],
    [d.decidedAt, <UtcMoment at={approval.decided_at} />],
  ];
  if (approval.comment) facts.push([d.comment, approval.comment]);
  if (approval.state === 'approved')
    facts.push([d.used, approval.used_at ? <UtcMoment at={approval.used_at} /> : d.notUsed]);
  return facts;
}
