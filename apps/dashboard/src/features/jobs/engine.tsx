import { Table } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import type { Tone } from '../../shell/theme.js';
import { Moment } from '../../ui/moment.js';
import { count, duration } from '../../ui/number.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Loaded } from '../../ui/states.js';
import { healthQuery, type EngineHealth } from './jobs.query.js';
import { Workers } from './workers.js';
import classes from './jobs.module.css';

const words = t.jobs.engine;
const good: { tone: Tone; icon: Icon } = { tone: 'ok', icon: IconCircleCheck };
const bad: { tone: Tone; icon: Icon } = { tone: 'act', icon: IconCircleX };
const looks: Record<string, typeof good> = {
  ok: good,
  degraded: { tone: 'warn', icon: IconAlertTriangle },
  leaving: { tone: 'warn', icon: IconAlertTriangle },
};

/** Whether it keeps up: what waits, for how long, and who is there. */
export function Engine() {
  const query = useQuery(healthQuery);
  return (
    <div className={classes.stack}>
      <Loaded query={query} rows={8}>
        {(health) => (
          <>
            <Services services={health.services} />
            <Lags health={health} />
            <Queues queues={health.queues} />
          </>
        )}
      </Loaded>
      <Workers />
    </div>
  );
}

function Services({ services }: Pick<EngineHealth, 'services'>) {
  return (
    <Section title={words.services}>
      <Card>
        <ul className={classes.services}>
          {Object.entries(services).map(([name, state]) => {
            const look = looks[state] ?? bad;
            return (
              <li key={name}>
                {name}
                <ToneBadge tone={look.tone} form={look === bad ? 'filled' : 'tint'} icon={look.icon}>
                  {words.serviceStates[state] ?? state}
                </ToneBadge>
              </li>
            );
          })}
        </ul>
      </Card>
    </Section>
  );
}

const age = (ms: number | null): string => (ms === null ? words.none : duration(ms / 1_000));

function Lags({ health: { planner, outbox, revocations } }: { health: EngineHealth }) {
  return (
    <div className={classes.cards}>
      <Section title={words.planner}>
        <Card>
          <Facts
            facts={[
              [words.scheduled, count(planner.scheduled_slots)],
              [words.nextDue, <Moment at={planner.next_due_at} never={words.none} />],
              [words.overdue, count(planner.overdue_slots)],
              [words.oldestOverdue, age(planner.oldest_overdue_ms)],
              [words.open, count(planner.open_attempts)],
              [words.oldestOpen, age(planner.oldest_open_attempt_ms)],
            ]}
          />
        </Card>
      </Section>
      <Section title={words.outbox}>
        <Card>
          <Facts
            facts={[
              [words.unpublished, count(outbox.unpublished_events)],
              [words.oldest, age(outbox.oldest_unpublished_ms)],
              [words.uncounted, count(outbox.events_not_counted)],
            ]}
          />
        </Card>
      </Section>
      <Section title={words.revocations}>
        <Card>
          <Facts
            facts={[
              [words.pending, count(revocations.pending_items)],
              [words.oldest, age(revocations.oldest_pending_ms)],
            ]}
          />
        </Card>
      </Section>
    </div>
  );
}

function Queues({ queues }: Pick<EngineHealth, 'queues'>) {
  const { refresh, revocation } = queues;
  const states = [...new Set([...Object.keys(refresh ?? {}), ...Object.keys(revocation ?? {})])];
  const rows = [
    [words.queueNames.refresh, refresh],
    [words.queueNames.revocation, revocation],
  ] as const;
  return (
    <Section title={words.queues}>
      {states.length === 0 ? (
        <Card>
          <p className={classes.note}>{words.noRedis}</p>
        </Card>
      ) : (
        <Card flush>
          <div className={classes.scroller} role="region" tabIndex={0} aria-label={words.queuesTable}>
            <Table fz="sm" aria-label={words.queuesTable}>
              <Table.Thead c="dimmed" fz="xs">
                <Table.Tr>
                  <Table.Th scope="col">{words.queue}</Table.Th>
                  {states.map((state) => (
                    <Table.Th key={state} scope="col" ta="end">
                      {words.queueStates[state] ?? state}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(([name, jobs]) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row">{name}</Table.Th>
                    {states.map((state) => (
                      <Table.Td key={state} ta="end">
                        {jobs?.[state] === undefined ? t.time.none : count(jobs[state])}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </Card>
      )}
    </Section>
  );
}
