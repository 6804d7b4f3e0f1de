import { createContext, useContext, useLayoutEffect } from 'react';
import { t } from '../messages/index.js';
import { DangerDialog } from './danger-dialog.js';

interface UnsavedDialogProps {
  isOpen: boolean;
  /** Where it stands over another dialog. */
  stackId?: string;
  onStay: () => void;
  onLeave: () => void;
}

/** Asked before what was typed is lost. */
export function UnsavedDialog({ isOpen, stackId, onStay, onLeave }: UnsavedDialogProps) {
  return (
    <DangerDialog
      isOpen={isOpen}
      stackId={stackId}
      onClose={onStay}
      title={t.form.unsavedTitle}
      cancel={t.form.stay}
      action={t.form.leave}
      onConfirm={async () => onLeave()}
    >
      {t.form.unsaved}
    </DangerDialog>
  );
}

/** Told by the form within whether something typed is not saved. */
export const UnsavedContext = createContext<(isDirty: boolean) => void>(() => undefined);

export function useTellUnsaved(isDirty: boolean): void {
  const tell = useContext(UnsavedContext);
  useLayoutEffect(() => {
    tell(isDirty);
    return () => tell(false);
  }, [tell, isDirty]);
}
