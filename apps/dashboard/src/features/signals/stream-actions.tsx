import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDotsVertical, IconRotate, IconSettings, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { toast } from '../../ui/toasts.js';
import { RotationForm } from './rotation.form.js';
import { SettingsForm } from './settings.form.js';
import { deleteStream, rotateStream, type Stream } from './signals.query.js';

const words = t.signals.stream;

/** Settings, rotation of the secret, deletion. */
export function StreamActions({ stream, etag }: { stream: Stream; etag: string }) {
  const [open, setOpen] = useState<'settings' | 'rotate' | 'delete'>();
  const [secret, setSecret] = useState<string>();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const close = (): void => setOpen(undefined);
  const refresh = () => queries.invalidateQueries({ queryKey: ['signals'] });
  return (
    <>
      <Button leftSection={<IconSettings size={16} aria-hidden />} onClick={() => setOpen('settings')}>
        {words.settings}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" aria-label={t.actions.more}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRotate size={16} />} onClick={() => setOpen('rotate')}>
            {words.rotate}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setOpen('delete')}>
            {words.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FormDialog
        isOpen={open === 'settings'}
        onClose={close}
        title={t.signals.form.settingsTitle(stream.name)}
      >
        <SettingsForm stream={stream} etag={etag} onDone={close} />
      </FormDialog>
      <FormDialog isOpen={open === 'rotate'} onClose={close} title={t.signals.rotate.title(stream.name)}>
        <RotationForm
          action={t.signals.rotate.submit}
          onCancel={close}
          onRotate={async (wish) => {
            setSecret((await rotateStream(stream.id, wish)).authorization);
            close();
            await refresh();
          }}
        >
          {t.signals.rotate.what} {stream.transmitter_stream !== null && t.signals.rotate.whatManaged}
        </RotationForm>
      </FormDialog>
      <SecretOnce
        title={t.signals.rotate.secretTitle(stream.name)}
        secret={secret}
        onStored={() => setSecret(undefined)}
      />
      <DangerDialog
        isOpen={open === 'delete'}
        onClose={close}
        title={words.deleteTitle(stream.name)}
        action={words.delete}
        onConfirm={async () => {
          await deleteStream(stream.id);
          toast(words.deleted(stream.name));
          await navigate({ to: '/signals' });
          queries.removeQueries({ queryKey: ['signals', 'stream', stream.id] });
          await refresh();
        }}
      >
        {words.deleteWhat(stream.issuer)} {stream.transmitter_stream !== null && words.deleteThere}
      </DangerDialog>
    </>
  );
}
