import { Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { Moment } from '../../ui/moment.js';

const words = t.connection.link;

export interface ConnectLink {
  url: string;
  expires_at: string;
  /** Another connection comes of it. */
  makesNew: boolean;
}

interface LinkDialogProps {
  who: string;
  /** Only in memory: gone with the dialog. */
  link: ConnectLink | undefined;
  onClose: () => void;
}

/** A link to send to the user, from the answer that made it. A click beside it does not lose it. */
export function LinkDialog({ who, link, onClose }: LinkDialogProps) {
  return (
    <Modal
      opened={link !== undefined}
      onClose={onClose}
      title={words.title(who)}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {link && (
        <Stack gap={16}>
          <Text size="sm">{(link.makesNew ? words.detailNew : words.detail)(who)}</Text>
          <Code block data-secret tabIndex={0}>
            {link.url}
          </Code>
          <Group justify="space-between" gap={8}>
            <Text size="sm" c="dimmed">
              {words.expires} <Moment at={link.expires_at} />
            </Text>
            <CopyButton value={link.url}>
              {({ copied, copy }) => (
                <Button
                  data-autofocus
                  leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                  onClick={copy}
                >
                  {copied ? t.actions.copied : words.copy}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
