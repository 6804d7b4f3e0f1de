import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { renewSession } from '../../api/client.js';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import { changeRole, readMember, taggedMemberQuery, type Member } from './members.query.js';
import { RoleChoice } from './role-choice.js';
import type { Role } from './role-table.js';

const words = t.members.change;

interface ChangeRoleDialogProps {
  member: Member | undefined;
  onClose: () => void;
}

/** Another role; where it makes an admin beside two, it says that it waits for one of them. */
export function ChangeRoleDialog({ member, onClose }: ChangeRoleDialogProps) {
  const query = useQuery({
    ...taggedMemberQuery(member?.id ?? ''),
    enabled: member !== undefined,
    gcTime: 0,
  });
  return (
    <FormDialog isOpen={member !== undefined} onClose={onClose} title={words.title(member?.name ?? '')}>
      <Loaded query={query}>
        {({ data, etag }) => <ChangeRoleForm member={data} etag={etag} onClose={onClose} />}
      </Loaded>
    </FormDialog>
  );
}

function ChangeRoleForm({ member, etag, onClose }: { member: Member; etag: string; onClose: () => void }) {
  const queries = useQueryClient();
  const isOwn = usePageState().session?.person.id === member.id;
  const [approval, setApproval] = useState<string>();
  const edit = useTaggedForm<{ role: Role; reason: string }>({
    initial: { values: { role: member.role, reason: '' }, etag },
    readAgain: async () => {
      const now = await readMember(member.id);
      return { values: { role: now.data.role, reason: '' }, etag: now.etag };
    },
    save: async ({ role, reason }, tag) => {
      const wish = role === 'admin' && reason.trim() !== '' ? { role, reason: reason.trim() } : { role };
      const waitsFor = await changeRole(member.id, tag, wish);
      if (waitsFor !== undefined) return setApproval(waitsFor);
      await queries.invalidateQueries({ queryKey: ['members'] });
      if (isOwn) await renewSession();
      onClose();
      toast(words.done(member.name, t.access.roles[role]));
    },
  });
  if (approval !== undefined) return <Waiting approval={approval} name={member.name} onClose={onClose} />;
  const { form } = edit;
  const isRaise = form.values.role === 'admin' && member.role !== 'admin';
  return (
    <TaggedForm edit={edit} action={words.action} onCancel={onClose} names={words.fields} show={show}>
      {member.source === 'claims' && (
        <Alert color="yellow" variant="light">
          {words.claims(member.issuer)}
        </Alert>
      )}
      {isOwn && (
        <Alert color="yellow" variant="light">
          {words.self}
        </Alert>
      )}
      <RoleChoice
        label={words.role}
        value={form.values.role}
        error={form.error('role')}
        onChange={(role) => form.set('role', role)}
      />
      {isRaise && (
        <RaiseReason value={form.values.reason} onChange={(reason) => form.set('reason', reason)} />
      )}
    </TaggedForm>
  );
}

/** That a second admin may have to agree, and why they should. */
export function RaiseReason({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  return (
    <>
      <Text size="sm" role="status">
        {words.raise}
      </Text>
      <TextInput
        label={words.reason}
        description={words.reasonHint}
        maxLength={500}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </>
  );
}

function Waiting({ approval, name, onClose }: { approval: string; name: string; onClose: () => void }) {
  const navigate = useNavigate();
  return (
    <Stack gap={16}>
      <Alert color="blue" variant="light" role="status" title={words.waits}>
        {words.waitsWhat(name)}
      </Alert>
      <Group gap={8}>
        <Button
          data-autofocus
          onClick={() => void navigate({ to: '/approvals/$id', params: { id: approval } })}
        >
          {words.toApproval}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
      </Group>
    </Stack>
  );
}

const show = (name: 'role' | 'reason', values: { role: Role; reason: string }): string =>
  name === 'role' ? t.access.roles[values.role] : values.reason || t.time.none;
