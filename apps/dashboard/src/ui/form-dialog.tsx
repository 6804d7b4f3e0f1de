import { Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../messages/index.js';

interface FormDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  size?: number;
  children: ReactNode;
}

/** A form over the page. A click beside it closes nothing: what was typed is not lost by a slip. */
export function FormDialog({ isOpen, onClose, title, size = 560, children }: FormDialogProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={size}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {isOpen && <Stack gap={16}>{children}</Stack>}
    </Modal>
  );
}
