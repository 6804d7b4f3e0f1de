/** Without a key or a pointer for so long, nobody is at the page: what it asks by itself is no use of the session. */
const attendedMs = 60_000;

let usedAt = Date.now();

for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel'])
  addEventListener(kind, () => void (usedAt = Date.now()), { capture: true, passive: true });

/** Whether somebody used this page just now; to have opened it is use. */
export const isAttended = (): boolean => Date.now() - usedAt < attendedMs;
