import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { linesOf } from '../../ui/line-errors.js';
import { createApiKey, type CreatedApiKey, type Scope } from './api-keys.query.js';
import {
  checkReach,
  expiryChoices,
  NameField,
  ReachFields,
  reachFieldOf,
  type KeyReach,
} from './key-fields.js';
import { expiryOf } from './key-state.js';
import { withoutImplied } from './scope-list.js';
import { ScopeChoice } from './scopes.js';

const words = t.apiKeys.form;
const expiries = expiryChoices(['30', '90', '365', 'date', 'never']);

interface CreateKeyDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onCreated: (key: CreatedApiKey) => void;
}

export function CreateKeyDialog({ isOpen, onClose, onCreated }: CreateKeyDialogProps) {
  return (
    <FormDialog isOpen={isOpen} onClose={onClose} title={words.createTitle} size={640}>
      <CreateKeyForm
        onCancel={onClose}
        onCreated={(key) => {
          onClose();
          onCreated(key);
        }}
      />
    </FormDialog>
  );
}

interface Values extends KeyReach {
  scopes: Scope[];
}
const initial: Values = { name: '', scopes: [], expires: '90', date: '', networks: '' };

function CreateKeyForm(props: { onCancel: () => void; onCreated: (key: CreatedApiKey) => void }) {
  const form = useForm<Values>({
    initial,
    check: (values) => ({
      ...checkReach(values),
      ...(values.scopes.length === 0 && { scopes: words.scopesMissing }),
    }),
    fieldOf: (pointer) => (pointer.startsWith('/scopes') ? 'scopes' : reachFieldOf(pointer)),
    onSubmit: async ({ name, scopes, expires, date, networks }) => {
      const lines = linesOf(networks);
      const created = await createApiKey({
        name: name.trim(),
        scopes: withoutImplied(scopes),
        expires_at: expiryOf(expires, date, Date.now()),
        ...(lines.length > 0 && { allowed_addresses: lines }),
      });
      props.onCreated(created);
    },
  });
  return (
    <EditForm form={form} action={words.create} onCancel={props.onCancel}>
      <NameField form={form} hint={words.nameHint} />
      <ScopeChoice
        label={words.scopes}
        description={words.scopesHint}
        value={form.values.scopes}
        error={form.error('scopes')}
        onChange={(scopes) => form.set('scopes', scopes)}
      />
      <ScopeWarning scopes={form.values.scopes} />
      <ReachFields form={form} expiries={expiries} />
    </EditForm>
  );
}

function ScopeWarning({ scopes }: { scopes: readonly Scope[] }) {
  const warning = scopes.includes('admin')
    ? words.adminWarning
    : scopes.includes('tokens:read')
      ? words.tokensWarning
      : undefined;
  return (
    warning && (
      <Alert color="yellow" variant="light" role="status" icon={<IconAlertTriangle size={16} />}>
        {warning}
      </Alert>
    )
  );
}
