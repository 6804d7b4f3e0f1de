import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import type { ConnectionDetail } from './connection.query.js';
import { LinkDialog, type ConnectLink } from './link.dialog.js';
import { supportWords } from './revocation-support.js';
import type { Asked } from './use-actions.js';
import { whoOf } from './who.js';

interface ConnectionDialogsProps {
  connection: ConnectionDetail;
  asked: Asked | undefined;
  confirm: (reason: string) => Promise<void>;
  cancel: () => void;
  link: ConnectLink | undefined;
  forgetLink: () => void;
}

/** What is final names what will happen; a link is a secret and shown once. */
export function ConnectionDialogs(props: ConnectionDialogsProps) {
  const { connection, asked, confirm, cancel, link, forgetLink } = props;
  const who = whoOf(connection);
  const provider = connection.provider_name;
  return (
    <>
      <DangerDialog
        isOpen={asked === 'revoke'}
        onClose={cancel}
        title={t.connection.revoke.title(who, provider)}
        action={t.connection.revoke.action}
        reason
        onConfirm={confirm}
      >
        {supportWords(connection)}
      </DangerDialog>
      {(['giveUp', 'erase'] as const).map((action) => (
        <DangerDialog
          key={action}
          isOpen={asked === action}
          onClose={cancel}
          title={t.connection[action].title(who, provider)}
          action={t.connection[action].action}
          reason
          onConfirm={confirm}
        >
          {t.connection[action].body}
        </DangerDialog>
      ))}
      <LinkDialog who={who} link={link} onClose={forgetLink} />
    </>
  );
}
