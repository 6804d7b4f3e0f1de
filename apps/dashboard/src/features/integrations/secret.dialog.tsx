import { ActionIcon, Button, Group, PasswordInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { EditForm, useForm, type Form } from '../../ui/edit-form.js';
import { FormDialog } from '../../ui/form-dialog.js';
import classes from './integrations.module.css';

const words = t.integrations.rotate;
const most = 5;

interface SecretDialogProps {
  integration: Integration;
  isOpen: boolean;
  onClose: () => void;
  /** Newest first. */
  onSave: (secrets: string[]) => Promise<unknown>;
}

/** Secrets go in and never out: the new one, with those that the provider still takes. */
export function SecretDialog({ integration, isOpen, onClose, onSave }: SecretDialogProps) {
  return (
    <FormDialog isOpen={isOpen} onClose={onClose} title={words.title(integration.name)}>
      <SecretForm onClose={onClose} onSave={onSave} />
    </FormDialog>
  );
}

interface SecretValues {
  client_secret: string[];
}

function SecretForm({ onClose, onSave }: Pick<SecretDialogProps, 'onClose' | 'onSave'>) {
  const form = useForm<SecretValues>({
    initial: { client_secret: [''] },
    check: ({ client_secret: [newest] }) => (newest ? {} : { client_secret: t.form.required }),
    onSubmit: ({ client_secret: secrets }) => onSave(secrets.filter((secret) => secret !== '')),
  });
  const secrets = form.values.client_secret;
  return (
    <EditForm form={form} action={words.action} onCancel={onClose}>
      <span className={classes.muted}>{words.hint}</span>
      {secrets.map((_, at) => (
        <SecretField key={at} form={form} at={at} />
      ))}
      {secrets.length < most && (
        <Group>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.set('client_secret', [...secrets, ''])}
          >
            {secrets.length === 1 ? words.add : words.addAnother}
          </Button>
        </Group>
      )}
    </EditForm>
  );
}

function SecretField({ form, at }: { form: Form<SecretValues>; at: number }) {
  const secrets = form.values.client_secret;
  return (
    <Group gap={8} align="flex-end" wrap="nowrap">
      <PasswordInput
        flex={1}
        label={at === 0 ? words.newest : words.former(at)}
        description={at === 0 ? undefined : words.formerHint}
        required={at === 0}
        autoComplete="new-password"
        data-autofocus={at === 0 || undefined}
        visibilityToggleButtonProps={{ 'aria-label': t.integrations.form.showSecret }}
        value={secrets[at]}
        error={at === 0 && form.error('client_secret')}
        onChange={({ currentTarget }) => form.set('client_secret', secrets.with(at, currentTarget.value))}
      />
      {at > 0 && (
        <ActionIcon
          aria-label={words.remove(at)}
          onClick={() => form.set('client_secret', secrets.toSpliced(at, 1))}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}
