import { leavePage } from '../../api/leave-page.js';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { leaveWorkspace } from './members.query.js';

const words = t.members.leaving;

/** One's own way out; nothing of the workspace stays on the page. */
export function LeaveDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { session } = usePageState();
  const workspace = session?.workspaces.find(({ id }) => id === session.workspace?.id);
  return (
    <DangerDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.title(workspace?.name ?? t.shell.workspace)}
      action={words.action}
      onConfirm={async () => {
        await leaveWorkspace();
        await leavePage('/');
      }}
    >
      {words.what}
    </DangerDialog>
  );
}
