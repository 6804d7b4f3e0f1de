import { useEffect, useRef } from 'react';

/** A key that goes into a field, a dialog or a menu, or is part of a browser's own shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  if (target.isContentEditable || target.closest('[role=dialog],[role=menu],[role=listbox],[role=combobox]'))
    return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** One key, or two in a row (`g c`). */
export function useShortcuts(shortcuts: Readonly<Record<string, () => void>>, isOn = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!isOn) return;
    let first = '';
    let since = 0;
    function onKey(event: KeyboardEvent): void {
      if (isTyping(event)) return;
      const pair = event.timeStamp - since < 1_000 ? `${first} ${event.key}` : event.key;
      first = event.key;
      since = event.timeStamp;
      const run = latest.current[pair] ?? latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      since = 0;
      run();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOn]);
}
