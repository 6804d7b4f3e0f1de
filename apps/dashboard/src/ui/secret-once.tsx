import { Alert, Button, Code, CopyButton, Group, Modal, Stack } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../messages/index.js';
import { LeaveGuard } from './leave-guard.js';

interface SecretOnceProps {
  /** What it is: `API key “ci”`. */
  title: string;
  /** Only in memory: gone with the dialog. */
  secret: string | undefined;
  /** What to do with it, where that is not to keep it in a secret manager. */
  detail?: ReactNode;
  onStored: () => void;
}

/** A secret from the answer that made it. It closes only when its owner says that it is stored, and leaving asks. */
export function SecretOnce({ title, secret, detail, onStored }: SecretOnceProps) {
  return (
    <Modal.Stack>
      <Modal
        stackId="secret"
        opened={secret !== undefined}
        onClose={() => {}}
        title={title}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
      >
        <Stack gap={16}>
          <Alert icon={<IconKey size={16} />} color="yellow" variant="light" title={t.secret.once}>
            {detail ?? t.secret.onceDetail}
          </Alert>
          <Code block data-secret style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {secret}
          </Code>
          <Group justify="flex-end" gap={8}>
            <CopyButton value={secret ?? ''}>
              {({ copied, copy }) => (
                <Button
                  data-autofocus
                  leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                  onClick={copy}
                >
                  {copied ? t.actions.copied : t.actions.copy}
                </Button>
              )}
            </CopyButton>
            <Button variant="default" onClick={onStored}>
              {t.actions.stored}
            </Button>
          </Group>
        </Stack>
      </Modal>
      {secret !== undefined && <LeaveGuard isDirty words={t.secret.leave} />}
    </Modal.Stack>
  );
}
