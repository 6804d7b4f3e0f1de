export type SandboxPart = 'all' | 'some' | 'none';

/** How much of a workspace is the sandbox's: nothing may be called a demo that is not one. */
export function sandboxPartOf(integrations: readonly { provider: string }[]): SandboxPart {
  const { length } = integrations.filter(({ provider }) => provider === 'sandbox');
  if (length === 0) return 'none';
  return length === integrations.length ? 'all' : 'some';
}
