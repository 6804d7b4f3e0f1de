interface TrustedTypePolicies {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

/**
 * The default policy of `require-trusted-types-for 'script'`: what has no tag passes (Mantine sets the text of style
 * elements that way), markup from a string throws.
 */
export function allowOnlyText(): void {
  const { trustedTypes } = window as unknown as { trustedTypes?: TrustedTypePolicies };
  trustedTypes?.createPolicy('default', {
    createHTML(text) {
      if (text.includes('<')) throw new TypeError('Markup from a string is not allowed.');
      return text;
    },
  });
}
