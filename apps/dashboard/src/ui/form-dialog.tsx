import { Modal, Stack } from '@mantine/core';
import { useCallback, useRef, useState, type ReactNode } from 'react';
import { t } from '../messages/index.js';
import { UnsavedContext, UnsavedDialog } from './unsaved.js';

interface FormDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  size?: number;
  children: ReactNode;
}

/** A form over the page. A click beside it closes nothing, and closing it asks first: what was typed is not lost by a slip. */
export function FormDialog({ isOpen, onClose, title, size = 560, children }: FormDialogProps) {
  // Not state: an Escape right after a key would still see what was before it.
  const isDirty = useRef(false);
  const tell = useCallback((isNow: boolean) => void (isDirty.current = isNow), []);
  const [isAsking, setAsking] = useState(false);
  return (
    // Of two at once, Escape is the upper one's.
    <Modal.Stack>
      <Modal
        stackId="form"
        opened={isOpen}
        onClose={() => (isDirty.current ? setAsking(true) : onClose())}
        title={title}
        size={size}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t.actions.close }}
      >
        {isOpen && (
          <UnsavedContext value={tell}>
            <Stack gap={16}>{children}</Stack>
          </UnsavedContext>
        )}
      </Modal>
      <UnsavedDialog isOpen={isAsking} stackId="unsaved" onStay={() => setAsking(false)} onLeave={onClose} />
    </Modal.Stack>
  );
}
