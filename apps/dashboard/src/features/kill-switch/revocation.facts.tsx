import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Actor } from '../../ui/actor.js';
import { Identifier } from '../../ui/identifier.js';
import { UtcMoment } from '../../ui/moment.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { SelectorFacts } from '../../ui/selector-facts.js';
import type { Revocation } from './kill-switch.query.js';

const words = t.revocation;

/** By what it was chosen. */
export function RevocationSelection({ job }: { job: Revocation }) {
  return (
    <Section title={t.newKillSwitch.preview.selection}>
      <Card>
        {job.selector && <SelectorFacts selector={job.selector} />}
        {job.connection && (
          <Link to="/connections/$id" params={{ id: job.connection }}>
            <code>{job.connection}</code>
          </Link>
        )}
      </Card>
    </Section>
  );
}

/** Who asked for it, when, and why. */
export function RevocationFacts({ job }: { job: Revocation }) {
  return (
    <Section title={words.facts}>
      <Card>
        <Facts facts={useFacts(job)} />
      </Card>
    </Section>
  );
}

function useFacts(job: Revocation): [string, ReactNode][] {
  const maySeeApprovals = useCan('approvals:read');
  const facts: [string, ReactNode][] = [
    [words.by, <Actor actor={job.requested_by} />],
    [words.reason, job.reason],
    [words.asked, <UtcMoment at={job.created_at} />],
  ];
  const times: [string, string | null][] = [
    [words.started, job.started_at],
    [words.allDead, job.dead_at],
    [words.finishedAt, job.finished_at],
  ];
  for (const [name, at] of times) if (at) facts.push([name, <UtcMoment at={at} />]);
  facts.push([words.id, <Identifier id={job.id} />]);
  if (job.approval && maySeeApprovals)
    facts.push([
      words.approvedBy,
      <Link to="/approvals/$id" params={{ id: job.approval.id }}>
        {words.request}
      </Link>,
    ]);
  return facts;
}
