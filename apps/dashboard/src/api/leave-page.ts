/** A full load: nothing of this page may go on. Never settles, so that nothing flashes meanwhile. */
export function leavePage(to: string): Promise<never> {
  location.assign(to);
  return new Promise(() => {});
}
