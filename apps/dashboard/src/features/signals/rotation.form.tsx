import { Checkbox, NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import type { Rotation } from './signals.query.js';
import classes from './signals.module.css';

const words = t.signals.rotate;

interface RotationFormProps {
  children: ReactNode;
  action: string;
  onRotate: (wish: Rotation) => Promise<unknown>;
  onCancel: () => void;
}

/** How long the former secret counts; whether the one before it ends is asked only where it still counts. */
export function RotationForm({ children, action, onRotate, onCancel }: RotationFormProps) {
  const form = useForm({
    initial: { overlap_seconds: '86400', replace_previous: false },
    onSubmit: ({ overlap_seconds: overlap, replace_previous: replace }) =>
      onRotate({ overlap_seconds: Number(overlap), replace_previous: replace }),
  });
  const { values } = form;
  return (
    <EditForm form={form} action={action} onCancel={onCancel}>
      <p className={classes.note}>{children}</p>
      <NativeSelect
        label={words.overlap}
        data={words.overlaps.map(([value, label]) => ({ value, label }))}
        value={values.overlap_seconds}
        error={form.error('overlap_seconds')}
        onChange={({ currentTarget }) => form.set('overlap_seconds', currentTarget.value)}
      />
      {(form.problem?.slug === 'rotation-overlaps' || values.replace_previous) && (
        <Checkbox
          label={words.replace}
          checked={values.replace_previous}
          onChange={({ currentTarget }) => form.set('replace_previous', currentTarget.checked)}
        />
      )}
    </EditForm>
  );
}
