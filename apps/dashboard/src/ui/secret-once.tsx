import { Alert, Button, Code, CopyButton, Group, Modal, Stack } from '@mantine/core';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { t } from '../messages/index.js';

interface SecretOnceProps {
  /** What it is: `API key “ci”`. */
  title: string;
  /** Only in memory: gone with the dialog. */
  secret: string | undefined;
  onStored: () => void;
}

/** A secret from the answer that made it. It closes only when its owner says that it is stored. */
export function SecretOnce({ title, secret, onStored }: SecretOnceProps) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={() => {}}
      title={title}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack gap={16}>
        <Alert icon={<IconKey size={16} />} color="yellow" variant="light" title={t.secret.once}>
          {t.secret.onceDetail}
        </Alert>
        <Code block data-secret>
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
  );
}
