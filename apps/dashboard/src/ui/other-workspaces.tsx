import { Button, Group, Stack } from '@mantine/core';
import { usePageState } from '../api/session-state.js';
import { switchWorkspace } from '../api/switch-workspace.js';
import { t } from '../messages/index.js';
import { toastProblem } from './toasts.js';

/** An address names no workspace: what is not here may be in another one of theirs. Nothing where they have no other. */
export function OtherWorkspaces() {
  const { session } = usePageState();
  const others = session?.workspaces.filter(({ id }) => id !== session.workspace?.id) ?? [];
  if (others.length === 0) return null;
  // Without the hash, which alone would load nothing anew.
  const look = (id: string) =>
    void switchWorkspace(id, location.pathname + location.search).catch(toastProblem);
  return (
    <Stack gap={8} mt={8}>
      {t.failure.goneOthers}
      <Group gap={8} justify="center">
        {others.map(({ id, name }) => (
          <Button key={id} variant="default" onClick={() => look(id)}>
            {t.failure.lookIn(name)}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
