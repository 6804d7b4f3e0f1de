import { Button } from '@mantine/core';
import { IconFlask, IconLock, IconWifiOff, type Icon } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { renewSession } from '../api/client.js';
import { usePageState } from '../api/session-state.js';
import { t } from '../messages/index.js';
import { useSandboxPart } from '../ui/use-sandbox.js';
import classes from './strips.module.css';

function Strip({
  icon: Icon,
  kind,
  children,
  action,
}: {
  icon: Icon;
  kind: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes.strip} data-kind={kind} role="status">
      <Icon size={16} aria-hidden />
      <span>{children}</span>
      {action}
    </div>
  );
}

/** Nobody shall take the demo for production, or production for the demo. */
export function SandboxStrip() {
  const part = useSandboxPart();
  return part === 'none' ? null : (
    <Strip icon={IconFlask} kind="sandbox">
      {t.shell.sandbox[part]}
    </Strip>
  );
}

/** Nothing answered the last request: asked again every five seconds, and at once by hand. */
export function OfflineBanner() {
  const { reachable } = usePageState();
  const queries = useQueryClient();
  useEffect(() => {
    if (reachable) return;
    const ask = setInterval(
      () =>
        void renewSession()
          .then(() => queries.invalidateQueries())
          .catch(() => {}),
      5_000,
    );
    return () => clearInterval(ask);
  }, [reachable, queries]);
  if (reachable) return null;
  return (
    <Strip
      icon={IconWifiOff}
      kind="offline"
      action={
        <Button variant="default" onClick={() => void queries.invalidateQueries()}>
          {t.actions.retry}
        </Button>
      }
    >
      {t.shell.offline}
    </Strip>
  );
}

export function SuspendedBanner() {
  const { session } = usePageState();
  return session?.workspace?.suspended ? (
    <Strip icon={IconLock} kind="offline">
      {t.shell.suspended}
    </Strip>
  ) : null;
}
