import { ActionIcon, Button, Drawer, Kbd } from '@mantine/core';
import { IconLock, IconMenu2, IconSearch } from '@tabler/icons-react';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePageState } from '../api/session-state.js';
import { LiveDot } from '../live/live-dot.js';
import { useLive } from '../live/use-live.js';
import { t } from '../messages/index.js';
import { NamesProvider } from '../ui/names.js';
import { usePreference } from '../ui/preference.js';
import { useShortcuts } from '../ui/shortcuts.js';
import { Notice } from '../ui/states.js';
import { ApprovalsLink } from './approvals-link.js';
import { HelpDialog } from './help-dialog.js';
import { modKey } from './mod-key.js';
import { Navigation } from './navigation.js';
import { Palette } from './palette.js';
import { OfflineBanner, SandboxStrip, SuspendedBanner } from './strips.js';
import { useChosenScheme } from './use-chosen-scheme.js';
import { UserMenu } from './user-menu.js';
import classes from './layout.module.css';

/** Navigation, header, strips; the page within. */
export function Layout() {
  const { session } = usePageState();
  const [isDrawer, setDrawer] = useState(false);
  const [isPalette, setPalette] = useState(false);
  const [isHelp, setHelp] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => setDrawer(false), [path]);
  useLive();
  useChosenScheme();
  useGlobalKeys({ openPalette: () => setPalette(true), openHelp: () => setHelp(true) });

  return (
    <NamesProvider>
      <div className={classes.shell}>
        <a className={classes.skip} href="#content">
          {t.shell.skip}
        </a>
        <div className={classes.side}>
          <Navigation />
        </div>
        <Drawer
          opened={isDrawer}
          onClose={() => setDrawer(false)}
          size={264}
          title={t.shell.product}
          closeButtonProps={{ 'aria-label': t.actions.close }}
        >
          <Navigation />
        </Drawer>
        <div className={classes.main}>
          <SandboxStrip />
          <header className={classes.header}>
            <ActionIcon
              className={classes.burger}
              aria-label={t.shell.openNavigation}
              onClick={() => setDrawer(true)}
            >
              <IconMenu2 size={18} />
            </ActionIcon>
            <Button
              variant="default"
              className={classes.search}
              leftSection={<IconSearch size={14} />}
              rightSection={<Kbd size="xs">{modKey} K</Kbd>}
              onClick={() => setPalette(true)}
            >
              {t.shell.palette.open}
            </Button>
            <div className={classes.tools}>
              <LiveDot />
              <ApprovalsLink />
              <UserMenu onHelp={() => setHelp(true)} />
            </div>
          </header>
          <OfflineBanner />
          <SuspendedBanner />
          <main id="content" className={classes.content}>
            {session?.workspace ? (
              <Outlet />
            ) : (
              <Notice icon={IconLock} title={t.shell.signIn.noWorkspace}>
                {t.shell.signIn.noWorkspaceDetail}
              </Notice>
            )}
          </main>
        </div>
        <Palette isOpen={isPalette} onClose={() => setPalette(false)} />
        <HelpDialog isOpen={isHelp} onClose={() => setHelp(false)} />
      </div>
    </NamesProvider>
  );
}

function useGlobalKeys({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }): void {
  const navigate = useNavigate();
  const [hasLetters] = usePreference('letter_shortcuts');
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openPalette();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [openPalette]);
  useShortcuts(
    {
      'g o': () => void navigate({ to: '/' }),
      'g c': () => void navigate({ to: '/connections' }),
      'g i': () => void navigate({ to: '/integrations' }),
      'g k': () => void navigate({ to: '/kill-switch' }),
      'g a': () => void navigate({ to: '/audit' }),
      '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
      f: () =>
        [...document.querySelectorAll<HTMLElement>('[data-filter]')]
          .find((chip) => chip.checkVisibility())
          ?.focus(),
      '?': openHelp,
    },
    hasLetters,
  );
}
