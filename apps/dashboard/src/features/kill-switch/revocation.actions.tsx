import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconFileDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconPrinter,
  IconRefresh,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { count } from '../../ui/number.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { openReport, saveReport } from './hand-out-report.js';
import { reportText, steer, type Revocation } from './kill-switch.query.js';

const words = t.revocation;

/** Pause and resume are one click each; leaving the rest alone is final. */
export function RevocationActions({ job }: { job: Revocation }) {
  const isAllowed = useCan('connections:revoke');
  const [isCancelling, setCancelling] = useState(false);
  const { run, busy, refresh } = useSteering(job.id);
  const left = count(job.targets.remaining);
  const isStoppable = job.state === 'running' || job.state === 'paused';
  return (
    <>
      {isAllowed && job.state === 'running' && (
        <Button
          loading={busy === 'pause'}
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          onClick={() => run('pause')}
        >
          {words.pause}
        </Button>
      )}
      {isAllowed && job.state === 'paused' && (
        <Button
          loading={busy === 'resume'}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => run('resume')}
        >
          {words.resume}
        </Button>
      )}
      {isAllowed && isStoppable && (
        <Button variant="default" onClick={() => setCancelling(true)}>
          {words.cancel}
        </Button>
      )}
      {isAllowed && job.items.failed > 0 && (
        <Button
          loading={busy === 'retry-failed'}
          variant={isStoppable ? 'default' : 'filled'}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => run('retry-failed', words.retried)}
        >
          {words.retry(count(job.items.failed))}
        </Button>
      )}
      <ReportMenu id={job.id} />
      <DangerDialog
        isOpen={isCancelling}
        onClose={() => setCancelling(false)}
        title={words.cancelTitle(left)}
        action={words.cancelAction(left)}
        onConfirm={() => steer(job.id, 'cancel').then(refresh)}
      >
        {words.cancelWhat}
      </DangerDialog>
    </>
  );
}

function useSteering(id: string) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<Parameters<typeof steer>[1]>();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['revocation', id] });
  const run = (step: Parameters<typeof steer>[1], done?: string): void => {
    setBusy(step);
    steer(id, step)
      .then(refresh)
      .then(() => done && toast(done))
      .catch((thrown: unknown) => toastProblem(thrown))
      .finally(() => setBusy(undefined));
  };
  return { run, busy, refresh };
}

function ReportMenu({ id }: { id: string }) {
  const report = (format: 'json' | 'html', handOut: (text: string) => void) => (): void => {
    reportText(id, format)
      .then(handOut)
      .catch((thrown: unknown) => toastProblem(thrown, words.reportFailed));
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {words.report}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconFileDownload size={16} aria-hidden />}
          onClick={report('json', (text) => saveReport(`${id}.json`, text))}
        >
          {words.reportJson}
        </Menu.Item>
        <Menu.Item leftSection={<IconPrinter size={16} aria-hidden />} onClick={report('html', openReport)}>
          {words.reportHtml}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
