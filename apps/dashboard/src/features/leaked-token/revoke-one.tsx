import { Button } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import { useNames } from '../../ui/names.js';
import { toast } from '../../ui/toasts.js';
import { ProviderSupport } from './provider-support.js';
import { revokeOne, type OwnToken } from './leaked-token.query.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;

/** Revokes the connection that a leaked token is of (L1), and goes to what comes of it. */
export function RevokeOne({ token }: { token: OwnToken }) {
  const navigate = useNavigate();
  const { provider: nameOf } = useNames();
  const [isAsking, setAsking] = useState(false);
  const revoke = async (reason: string): Promise<void> => {
    const { id } = await revokeOne(token.connection, reason);
    toast(words.revoked);
    await navigate({ to: '/kill-switch/$id', params: { id } });
  };
  return (
    <Allowed to="connections:revoke">
      <Button color="red" leftSection={<IconBan size={16} aria-hidden />} onClick={() => setAsking(true)}>
        {words.revoke}
      </Button>
      <DangerDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.revokeTitle(token.end_user ?? words.noUser, nameOf(token.provider))}
        action={words.revokeAction}
        reason
        onConfirm={revoke}
      >
        <p className={classes.plain}>{words.revokeWhat}</p>
        <ProviderSupport connection={token.connection} />
      </DangerDialog>
    </Allowed>
  );
}
