import { Anchor, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { toast } from '../../ui/toasts.js';
import { connectionCount, deleteIntegration } from './integrations.query.js';

const words = t.integrations.detail;

interface DeleteDialogProps {
  integration: Integration;
  isOpen: boolean;
  onClose: () => void;
}

/** L2: its name is typed. With connections it cannot be deleted, and the dialog says what to do first. */
export function DeleteDialog({ integration, isOpen, onClose }: DeleteDialogProps) {
  const { id, name } = integration;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery({ ...connectionCount(id), enabled: isOpen });
  return (
    <DangerDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.deleteTitle(name)}
      action={words.delete}
      typed={name}
      onConfirm={async () => {
        await deleteIntegration(id);
        toast(words.deleted(name));
        await navigate({ to: '/integrations' });
        queries.removeQueries({ queryKey: ['integration', id] });
        void queries.invalidateQueries({ queryKey: ['integrations'] });
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
