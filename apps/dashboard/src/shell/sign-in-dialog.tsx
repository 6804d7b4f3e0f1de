import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { renewSession } from '../api/client.js';
import { settleSignIn, usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { signInChannel } from './sign-in-channel.js';

const words = t.shell.signIn;

/** The session is over, or a change wants a fresh sign-in: in a window beside the page, which stays as it is. */
export function SignInDialog() {
  const { signIn } = usePageState();
  const [opened, setOpened] = useState<'window' | 'nothing'>();
  useEffect(() => setOpened(undefined), [signIn]);
  // Back from the window, by closing it or not: the page cannot see into it.
  useWindowEvent('focus', () => setOpened(undefined));
  useEffect(() => {
    // Whichever tab asked for it: a sign-in begins a new session for all of them.
    const channel = new BroadcastChannel(signInChannel);
    channel.onmessage = () => {
      settleSignIn(true);
      void renewSession().catch(() => {});
    };
    return () => channel.close();
  }, []);
  const maxAge = signIn?.why === 'fresh' ? `&max_age=${signIn.maxAge}` : '';
  const address = `/admin/sign-in?return_to=/signed-in${maxAge}`;
  const open = (): void => {
    const popup = window.open(address, '_blank', 'popup,width=520,height=720');
    setOpened(popup ? 'window' : 'nothing');
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
            {opened === 'window' && words.waiting}
            {opened === 'nothing' && (
              <>
                {words.blocked}{' '}
                <Anchor href={address} target="_blank" underline="always">
                  {words.inTab}
                </Anchor>
              </>
            )}
          </Text>
          <Button onClick={open} data-autofocus>
            {words.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
