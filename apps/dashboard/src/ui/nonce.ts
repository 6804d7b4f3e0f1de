/** The nonce of this response for `<style>` elements, from the meta element that the build writes. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
