import { Button, Notification } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ApiProblem } from '../api/problem.js';
import { t } from '../messages/index.js';
import classes from './toasts.module.css';

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
  /** Why something was refused: it stays until it was read and closed. */
  problem?: ApiProblem;
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
const remove = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

const mostResults = 3;

function add(added: Omit<Toast, 'id'>, others: readonly Toast[]): number {
  const id = ++last;
  change([...others, { ...added, id }]);
  return id;
}

/** A result whose cause is not on the screen any more; `undo` is the inverse call. */
export function toast(text: string, undo?: () => void): void {
  const results = toasts.filter(({ problem }) => !problem);
  const dropped = new Set(results.slice(0, Math.max(0, results.length - mostResults + 1)));
  const id = add(
    { text, undo },
    toasts.filter((each) => !dropped.has(each)),
  );
  setTimeout(() => remove(id), undo ? 10_000 : 5_000);
}

/** Why something was refused, where it has no place of its own on the page. Said again, it still stands there once. */
export function toastProblem(thrown: unknown, text?: string): void {
  const problem = ApiProblem.from(thrown);
  add(
    { text: text ?? problem.title, problem },
    toasts.filter((each) => each.problem?.message !== problem.message),
  );
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  const results = shown.filter(({ problem }) => !problem);
  return (
    <div className={classes.toasts}>
      {shown.map(({ id, text, problem }) => problem && <Refusal key={id} {...{ id, text, problem }} />)}
      <div className={classes.results} role="status" aria-live="polite">
        {results.map((result) => (
          <Result key={result.id} {...result} />
        ))}
      </div>
    </div>
  );
}

function Refusal({ id, text, problem }: { id: number; text: string; problem: ApiProblem }) {
  return (
    <Notification
      withBorder
      color="red"
      role="alert"
      onClose={() => remove(id)}
      closeButtonProps={{ 'aria-label': t.actions.close }}
      title={text}
    >
      {problem.detail}
      {problem.requestId && <div>{t.failure.requestId(problem.requestId)}</div>}
    </Notification>
  );
}

function Result({ id, text, undo }: Toast) {
  return (
    <Notification
      withBorder
      role="presentation"
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
  );
}
