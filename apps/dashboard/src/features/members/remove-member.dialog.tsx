import { useQueryClient } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { toast } from '../../ui/toasts.js';
import { removeMember, type Member } from './members.query.js';

const words = t.members.remove;

export function RemoveMemberDialog({ member, onClose }: { member: Member | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  const name = member?.name ?? '';
  return (
    <DangerDialog
      isOpen={member !== undefined}
      onClose={onClose}
      title={words.title(name)}
      action={words.action(name)}
      onConfirm={async () => {
        if (!member) return;
        await removeMember(member.id);
        await queries.invalidateQueries({ queryKey: ['members', 'list'] });
        toast(words.done(name));
      }}
    >
      <p>{words.what}</p>
      {member?.source === 'claims' && <p>{words.claims(member.issuer)}</p>}
    </DangerDialog>
  );
}
