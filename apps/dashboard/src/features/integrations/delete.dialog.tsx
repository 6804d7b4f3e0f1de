import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { toast } from '../../ui/toasts.js';
import { connectionCount } from './integrations.query.js';
import { useDelete } from './use-delete.js';

const words = t.integrations.detail;

interface DeleteDialogProps {
  integration: Integration;
  isOpen: boolean;
  onClose: () => void;
}

/** L2: its name is typed. With connections it cannot be deleted, and the dialog says what to do first. */
export function DeleteDialog({ integration, isOpen, onClose }: DeleteDialogProps) {
  const { id, name } = integration;
  const remove = useDelete();
  const { data } = useQuery({ ...connectionCount(id), enabled: isOpen });
  return (
    <DangerDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.deleteTitle(name)}
      action={words.delete}
      typed={name}
      onConfirm={async () => {
        await remove(id);
        toast(words.deleted(name));
      }}
    >
      <Stack gap={8}>
        <span>{words.deleteDetail}</span>
        {data !== undefined && data.count > 0 && (
          <span>
            {words.deleteUsed(t.count.connections(data.count))}{' '}
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/kill-switch/new" search={{ integration: id }} {...props} />}
            >
              {words.deleteKill}
            </Anchor>
          </span>
        )}
      </Stack>
    </DangerDialog>
  );
}
