import { Button } from '@mantine/core';
import { IconFlask, IconLock, IconWifiOff, type Icon } from '@tabler/icons-react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { keepSession } from '../api/client.js';
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
    const timer = setInterval(() => void goOn(queries), 5_000);
    return () => clearInterval(timer);
  }, [reachable, queries]);
  if (reachable) return null;
  return (
    <Strip
      icon={IconWifiOff}
      kind="offline"
      action={
        <Button variant="default" onClick={() => void goOn(queries)}>
          {t.actions.retry}
        </Button>
      }
    >
      {t.shell.offline}
    </Strip>
  );
}

async function goOn(queries: QueryClient): Promise<void> {
  try {
    await keepSession();
    await queries.invalidateQueries();
  } catch {
    // Nothing answers yet, or nobody would sign in: both can be seen.
  }
}

export function SuspendedBanner() {
  const { session } = usePageState();
  return session?.workspace?.suspended ? (
    <Strip icon={IconLock} kind="offline">
      {t.shell.suspended}
    </Strip>
  ) : null;
}
