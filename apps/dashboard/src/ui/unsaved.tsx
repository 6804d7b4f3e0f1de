import { createContext, useContext, useLayoutEffect } from 'react';
import { t } from '../messages/index.js';
import { DangerDialog } from './danger-dialog.js';

/** What else than what was typed is lost. */
export interface UnsavedWords {
  title: string;
  text: string;
}

interface UnsavedDialogProps {
  isOpen: boolean;
  /** Where it stands over another dialog. */
  stackId?: string;
  words?: UnsavedWords;
  onStay: () => void;
  onLeave: () => void;
}

const typed: UnsavedWords = { title: t.form.unsavedTitle, text: t.form.unsaved };

/** Asked before what was typed is lost. */
export function UnsavedDialog({ isOpen, stackId, words = typed, onStay, onLeave }: UnsavedDialogProps) {
  return (
    <DangerDialog
      isOpen={isOpen}
      stackId={stackId}
      onClose={onStay}
      title={words.title}
      cancel={t.form.stay}
      action={t.form.leave}
      onConfirm={async () => onLeave()}
    >
      {words.text}
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
