import { Button, Notification } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { t } from '../messages/index.js';
import classes from './toasts.module.css';

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
const remove = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

/** A result whose cause is not on the screen any more; `undo` is the inverse call. Never the only word of an error. */
export function toast(text: string, undo?: () => void): void {
  const id = ++last;
  change([...toasts.slice(-2), { id, text, undo }]);
  setTimeout(() => remove(id), undo ? 10_000 : 5_000);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className={classes.toasts} role="status" aria-live="polite">
      {shown.map(({ id, text, undo }) => (
        <Notification
          key={id}
          withBorder
          onClose={() => remove(id)}
          closeButtonProps={{ 'aria-label': t.actions.close }}
          title={text}
        >
          {undo && (
            <Button
              variant="subtle"
              onClick={() => {
                remove(id);
                undo();
              }}
            >
              {t.actions.undo}
            </Button>
          )}
        </Notification>
      ))}
    </div>
  );
}
