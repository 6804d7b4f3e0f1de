/** Cursors of the pages that were gone through, the first page’s (undefined) and the present one’s too. */
export type Trail = readonly (string | undefined)[];

/** Those before the present page, as far as they are known: none after a reload, and none of another filter’s. */
export function before(trail: Trail, cursor: string | undefined): Trail {
  const at = trail.indexOf(cursor);
  return at < 0 ? [] : trail.slice(0, at);
}

/** With the next page; what had been gone to after the present one is forgotten. */
export function onward(trail: Trail, cursor: string | undefined, next: string): Trail {
  return [...before(trail, cursor), cursor, next];
}
