import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { useNow } from '../../ui/moment.js';
import { rotateApiKey, type ApiKey, type CreatedApiKey } from './api-keys.query.js';
import { isOverlapping } from './key-state.js';

const words = t.apiKeys.rotate;
const overlaps = Object.entries(words.overlaps).map(([value, label]) => ({ value, label }));

interface RotateKeyDialogProps {
  apiKey: ApiKey;
  isOpen: boolean;
  onClose: () => void;
  onRotated: (key: CreatedApiKey) => void;
}

/** A new key in its place; the present one works on for an overlap. */
export function RotateKeyDialog({ apiKey, isOpen, onClose, onRotated }: RotateKeyDialogProps) {
  return (
    <FormDialog isOpen={isOpen} onClose={onClose} title={words.title(apiKey.name)} size={480}>
      <RotateForm
        apiKey={apiKey}
        onCancel={onClose}
        onRotated={(key) => {
          onClose();
          onRotated(key);
        }}
      />
    </FormDialog>
  );
}

interface RotateFormProps {
  apiKey: ApiKey;
  onCancel: () => void;
  onRotated: (key: CreatedApiKey) => void;
}

function RotateForm({ apiKey, onCancel, onRotated }: RotateFormProps) {
  const isStillOverlapping = isOverlapping(apiKey, useNow());
  const form = useForm({
    initial: { overlap: '86400', replace: false },
    fieldOf: (pointer) => (pointer === '/overlap_seconds' ? 'overlap' : undefined),
    onSubmit: async ({ overlap, replace }) =>
      onRotated(
        await rotateApiKey(apiKey.id, { overlap_seconds: Number(overlap), replace_previous: replace }),
      ),
  });
  return (
    <EditForm form={form} action={words.action} onCancel={onCancel}>
      <Text size="sm">{words.what}</Text>
      <NativeSelect
        label={words.overlap}
        description={words.overlapHint}
        data-autofocus
        data={overlaps}
        value={form.values.overlap}
        error={form.error('overlap')}
        onChange={({ currentTarget }) => form.set('overlap', currentTarget.value)}
      />
      {isStillOverlapping && (
        <Checkbox
          label={words.replace}
          description={words.replaceHint}
          checked={form.values.replace}
          onChange={({ currentTarget }) => form.set('replace', currentTarget.checked)}
        />
      )}
    </EditForm>
  );
}
