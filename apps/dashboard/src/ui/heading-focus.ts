import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';

/** What closes as one goes, a menu or the palette, gives the focus back after 10 ms; what opens with a page has it by then. */
const settledMs = 50;

/** The address whose title had the focus last, or could have had it. */
let announced: string | undefined;

/** At another address the title takes the focus, so that it is read out; at the same one only where nothing else has it. */
export function useHeadingFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  useEffect(() => {
    const timer = setTimeout(() => {
      const isThere = announced === undefined || path === announced;
      announced = path ?? announced;
      const { activeElement: active } = document;
      if (!active || active === document.body || !(isThere || isWanted(active)))
        heading.current?.focus({ preventScroll: true });
    }, settledMs);
    return () => clearTimeout(timer);
  }, [path]);
  return heading;
}

/** A dialog that opened with the page, a field of it that takes the focus by itself. */
const isWanted = (active: Element): boolean =>
  active.closest('[role=dialog]') !== null || active.matches('main :is(input, textarea, select)');
