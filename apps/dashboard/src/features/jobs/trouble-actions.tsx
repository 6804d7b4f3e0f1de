import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { useNames } from '../../ui/names.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { giveUp, retry, type Trouble } from './jobs.query.js';
import { troubleName } from './trouble-words.js';
import classes from './jobs.module.css';

const words = t.jobs;

/** Trying again spends nothing that could be lost by it; out of quarantine, and giving up, asks first. */
export function TroubleActions({ trouble }: { trouble: Trouble }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<'give-up' | 'release'>();
  const [isBusy, setBusy] = useState(false);
  const name = troubleName(trouble, useNames());
  const isHeld = trouble.kind === 'quarantined';
  const change = async (work: () => Promise<unknown>, said: string): Promise<void> => {
    await work();
    toast(said);
    await queries.invalidateQueries({ queryKey: ['troubles'] });
  };
  const tryAgain = async (): Promise<void> => {
    setBusy(true);
    await change(() => retry(trouble.connection), words.retried(name)).catch((thrown: unknown) => {
      toastProblem(thrown);
      return queries.invalidateQueries({ queryKey: ['troubles'] });
    });
    setBusy(false);
  };
  return (
    <span className={classes.actions}>
      {trouble.actions.length === 0 && <span className={classes.why}>{words.byWorker}</span>}
      {trouble.actions.includes('retry') && (
        <Button
          variant="default"
          loading={isBusy}
          aria-label={isHeld ? words.releaseOf(name) : words.retryOf(name)}
          onClick={() => (isHeld ? setAsked('release') : void tryAgain())}
        >
          {isHeld ? words.release : words.retry}
        </Button>
      )}
      {trouble.actions.includes('give-up') && (
        <Button
          variant="subtle"
          color="red"
          aria-label={words.giveUpOf(name)}
          onClick={() => setAsked('give-up')}
        >
          {words.giveUp}
        </Button>
      )}
      <DangerDialog
        isOpen={asked === 'give-up'}
        onClose={() => setAsked(undefined)}
        title={words.giveUpTitle(name)}
        action={words.giveUp}
        reason
        onConfirm={(reason) => change(() => giveUp(trouble.connection, reason), words.gaveUp(name))}
      >
        {trouble.kind === 'orphaned' ? words.giveUpOrphan : words.giveUpWhat}
      </DangerDialog>
      <DangerDialog
        isOpen={asked === 'release'}
        onClose={() => setAsked(undefined)}
        title={words.releaseTitle(name)}
        action={words.release}
        onConfirm={() => change(() => retry(trouble.connection), words.released(name))}
      >
        {words.releaseWhat}
      </DangerDialog>
    </span>
  );
}
