import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { RaiseReason } from './change-role.dialog.js';
import { invite, type Invited } from './members.query.js';
import { RoleChoice } from './role-choice.js';
import type { Role } from './role-table.js';

const words = t.members.invitations;
const byNew = (search: { new?: unknown }) => search.new;
const expiries = Object.entries(words.form.expiries).map(([value, label]) => ({ value, label }));

/** An invitation, and its link in the answer: shown once. */
export function InviteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [made, setMade] = useState<Invited>();
  return (
    <>
      <LivesBy value={byNew}>
        <FormDialog isOpen={isOpen} onClose={onClose} title={words.form.title}>
          <InviteForm
            onCancel={onClose}
            onInvited={(invited) => {
              onClose();
              setMade(invited);
              void queries.invalidateQueries({ queryKey: ['invitations'] });
            }}
          />
        </FormDialog>
      </LivesBy>
      <SecretOnce
        title={words.link(made?.email ?? '')}
        secret={made?.url}
        detail={made && (made.state === 'awaiting_approval' ? words.linkWaits : words.linkWhat)(made.email)}
        onStored={() => setMade(undefined)}
      />
    </>
  );
}

interface Values {
  email: string;
  role: Role;
  expires: string;
  reason: string;
}
const initial: Values = { email: '', role: 'viewer', expires: '604800', reason: '' };

function InviteForm({ onCancel, onInvited }: { onCancel: () => void; onInvited: (made: Invited) => void }) {
  const form = useForm<Values>({
    initial,
    check: ({ email }): Partial<Record<keyof Values, string>> =>
      /^\S+@\S+$/.test(email.trim()) ? {} : { email: words.form.emailOdd },
    onSubmit: async ({ email, role, expires, reason }) => {
      const why = role === 'admin' && reason.trim() !== '' ? { reason: reason.trim() } : {};
      onInvited(await invite({ email: email.trim(), role, expires_in_seconds: Number(expires), ...why }));
    },
  });
  const { values } = form;
  return (
    <EditForm form={form} action={words.form.action} onCancel={onCancel}>
      <TextInput
        type="email"
        label={words.form.email}
        description={words.form.emailHint}
        required
        data-autofocus
        autoComplete="off"
        value={values.email}
        error={form.error('email')}
        onChange={({ currentTarget }) => form.set('email', currentTarget.value)}
      />
      <RoleChoice
        label={words.form.role}
        value={values.role}
        error={form.error('role')}
        onChange={(role) => form.set('role', role)}
      />
      {values.role === 'admin' && (
        <RaiseReason value={values.reason} onChange={(reason) => form.set('reason', reason)} />
      )}
      <NativeSelect
        label={words.form.expires}
        data={expiries}
        value={values.expires}
        onChange={({ currentTarget }) => form.set('expires', currentTarget.value)}
      />
    </EditForm>
  );
}
