/**
 * A blob has the policy of the page that made it, not the one that the report was sent with: its style needs our nonce,
 * and its empty icon would be refused.
 */
export const underOurPolicy = (page: string, nonce: string): string =>
  page.replace('<link rel="icon" href="data:," />', '').replace('<style>', `<style nonce="${nonce}">`);
