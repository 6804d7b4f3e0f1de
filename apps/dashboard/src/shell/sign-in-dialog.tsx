import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { settleSignIn, usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { signInChannel } from './sign-in-channel.js';

const words = t.shell.signIn;

/** The session is over, or a change wants a fresh sign-in: in a window beside the page, which stays as it is. */
export function SignInDialog() {
  const { signIn } = usePageState();
  const [isWaiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!signIn) return setWaiting(false);
    const channel = new BroadcastChannel(signInChannel);
    channel.onmessage = () => settleSignIn(true);
    return () => channel.close();
  }, [signIn]);
  const open = (): void => {
    const maxAge = signIn?.why === 'fresh' ? `&max_age=${signIn.maxAge}` : '';
    window.open(`/admin/sign-in?return_to=/signed-in${maxAge}`, '_blank', 'popup,width=520,height=720');
    setWaiting(true);
  };
  return (
    <Modal
      opened={signIn !== undefined}
      onClose={() => settleSignIn(false)}
      title={signIn?.why === 'fresh' ? words.freshTitle : words.endedTitle}
      zIndex={500}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <Stack gap={16}>
        <Text size="sm">{signIn?.why === 'fresh' ? words.fresh : words.ended}</Text>
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {isWaiting && words.waiting}
          </Text>
          <Button onClick={open} data-autofocus>
            {words.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
