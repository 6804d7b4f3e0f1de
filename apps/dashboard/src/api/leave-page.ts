let isLeaving = false;
// Come back to by the browser's Back, it is as it was left.
addEventListener('pageshow', () => void (isLeaving = false));

/** A full load, once: nothing of this page may go on, and a second one would break off the first. */
export function loadAnew(to: string): void {
  if (isLeaving) return;
  isLeaving = true;
  location.assign(to);
}

/** The same, never settling, so that nothing flashes meanwhile. */
export function leavePage(to: string): Promise<never> {
  loadAnew(to);
  return new Promise(() => {});
}
