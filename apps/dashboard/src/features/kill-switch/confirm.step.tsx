import { Button, Stack, TextInput, Textarea } from '@mantine/core';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { useFaults, useForm } from '../../ui/edit-form.js';
import { LeaveGuard } from '../../ui/leave-guard.js';
import { UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Card, Facts, Section } from '../../ui/page.js';
import { SelectorFacts } from '../../ui/selector-facts.js';
import type { Kind, Selector } from './selector-values.js';
import classes from './kill-switch.module.css';

const words = t.newKillSwitch.confirm;

interface ConfirmStepProps {
  kind: Kind;
  selector: Selector;
  /** As the preview counted it, and when; none for a freeze that did not wait for it. */
  counted: { count: number; at: string; needsApproval: boolean } | undefined;
  onBack: () => void;
  onConfirm: (reason: string) => Promise<unknown>;
}

/** The reason and the count, typed (L2). What is sent is exactly what was counted. */
export function ConfirmStep({ kind, selector, counted, onBack, onConfirm }: ConfirmStepProps) {
  const expected = counted ? String(counted.count) : words.blindWord;
  const form = useForm({
    initial: { reason: '', typed: '' },
    check: ({ reason, typed }) => ({
      ...(reason.trim() === '' ? { reason: t.form.required } : {}),
      ...(typed.replaceAll(/[\s,.]/g, '') === expected ? {} : { typed: words.typed(expected) }),
    }),
    onSubmit: ({ reason }) => onConfirm(reason.trim().replaceAll(/\s+/g, ' ')),
  });
  const { element, isDrawn } = useFaults(form);
  return (
    <form ref={element} onSubmit={(event) => void form.submit(event)} noValidate>
      <Stack gap={16}>
        <What {...{ kind, selector, counted }} />
        <Textarea
          label={t.form.reason}
          description={t.form.reasonHint}
          autosize
          minRows={2}
          maxLength={500}
          value={form.values.reason}
          error={form.error('reason')}
          onChange={({ currentTarget }) => form.set('reason', currentTarget.value)}
        />
        <TextInput
          label={words.typed(expected)}
          description={counted && words.expected(count(counted.count))}
          autoComplete="off"
          inputMode={counted ? 'numeric' : 'text'}
          value={form.values.typed}
          error={form.error('typed')}
          onChange={({ currentTarget }) => form.set('typed', currentTarget.value)}
        />
        {form.problem && !isDrawn && <ProblemAlert problem={form.problem} />}
        <div className={classes.buttons}>
          <Button type="submit" color="red" loading={form.isBusy}>
            {counted ? words.action[kind](count(counted.count)) : words.action.blind}
          </Button>
          <Button variant="default" onClick={onBack}>
            {counted ? words.back : words.backToSelection}
          </Button>
        </div>
      </Stack>
      <LeaveGuard isDirty={form.isDirty && !form.isBusy} />
    </form>
  );
}

function What({ kind, selector, counted }: Pick<ConfirmStepProps, 'kind' | 'selector' | 'counted'>) {
  const preview = t.newKillSwitch.preview;
  return (
    <>
      <p className={classes.quiet}>{counted?.needsApproval ? words.approval : words.noApproval[kind]}</p>
      <Section title={preview.selection}>
        <Card>
          <div className={classes.bar}>
            <SelectorFacts selector={selector} />
            {counted && (
              <Facts
                facts={[
                  [preview.hit, count(counted.count)],
                  [preview.countedAt, <UtcMoment at={counted.at} />],
                ]}
              />
            )}
          </div>
        </Card>
      </Section>
    </>
  );
}
