import { Alert, Button, Group, Loader, Stack } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHelp,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { Moment } from '../../ui/moment.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { testIntegration, type IntegrationTest } from './integrations.query.js';
import classes from './integrations.module.css';

const words = t.integrations.test;

interface TestPanelProps {
  id: string;
  /** Asks at once, once. */
  isAuto?: boolean;
  onResult?: (ok: boolean) => void;
}

/** Tries an integration at its provider and shows each check. */
export function TestPanel({ id, isAuto = false, onResult }: TestPanelProps) {
  const testing = useMutation({
    mutationFn: () => testIntegration(id),
    onSuccess: ({ ok }) => onResult?.(ok),
  });
  const isAsked = useRef(false);
  useEffect(() => {
    if (!isAuto || isAsked.current) return;
    isAsked.current = true;
    testing.mutate();
  }, [isAuto, testing]);
  return (
    <Stack gap={12}>
      <span className={classes.muted}>{words.hint}</span>
      <div role="status">
        {testing.isPending && (
          <Group gap={8}>
            <Loader size={14} />
            <span>{words.running}</span>
          </Group>
        )}
        {testing.data && !testing.isPending && <Result test={testing.data} />}
      </div>
      {testing.error && <ProblemAlert problem={ApiProblem.from(testing.error)} />}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={14} />}
          loading={testing.isPending}
          onClick={() => testing.mutate()}
        >
          {testing.data || testing.error ? words.again : words.action}
        </Button>
      </Group>
    </Stack>
  );
}

const outcomes = {
  passed: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'act', icon: IconCircleX },
  unknown: { tone: 'warn', icon: IconHelp },
} as const;

function Result({ test }: { test: IntegrationTest }) {
  return (
    <Stack gap={12}>
      {test.ok ? (
        <Group gap={8}>
          <ToneBadge tone="ok" icon={IconCircleCheck}>
            {words.outcomes.passed}
          </ToneBadge>
          <strong>{words.ok(test.token_endpoint_host)}</strong>
          <Moment at={test.tested_at} />
        </Group>
      ) : (
        <Alert
          variant="light"
          color="yellow"
          icon={<IconAlertTriangle size={16} />}
          title={words.notOk(test.token_endpoint_host)}
        >
          <Moment at={test.tested_at} />
        </Alert>
      )}
      <ul className={classes.list}>
        {test.checks.map((check) => {
          const { tone, icon } = outcomes[check.outcome];
          const title =
            check.name === 'endpoint'
              ? words.endpoint
              : check.secret === null
                ? words.client
                : words.secret(check.secret);
          // Whatever it answers, it answered.
          const isAnswer = check.name === 'endpoint' && check.outcome === 'passed';
          const told = [
            check.code !== null && !isAnswer && words.code(check.code),
            check.http_status !== null && words.http(check.http_status),
          ].filter((each) => each !== false);
          return (
            <li key={`${check.name} ${check.secret}`} className={classes.check}>
              <span>
                <ToneBadge tone={tone} icon={icon}>
                  {words.outcomes[check.outcome]}
                </ToneBadge>
              </span>
              <span>
                <strong>{title}</strong>
                <br />
                <span className={classes.muted}>
                  {check.detail} {told.length > 0 && `(${told.join(', ')})`}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </Stack>
  );
}
