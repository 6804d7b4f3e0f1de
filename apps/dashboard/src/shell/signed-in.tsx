import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Notice } from '../ui/states.js';
import { t } from '../messages/index.js';
import { signInChannel } from './sign-in-channel.js';

/** In the window beside the page: tells the page, and closes itself. */
export function SignedIn() {
  useEffect(() => {
    const channel = new BroadcastChannel(signInChannel);
    channel.postMessage('signed-in');
    channel.close();
    window.close();
  }, []);
  return (
    <main>
      <Notice icon={IconCircleCheck} title={t.shell.signIn.done} />
    </main>
  );
}
