import type { z } from 'zod';

/** What is wrong, and where: a JSON pointer (RFC 6901) into the document that was read. */
export interface ProfileFault {
  pointer: string;
  detail: string;
}

export type ProviderErrorCode = 'provider-unknown' | 'settings-invalid' | 'profile-invalid';

export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  constructor(
    readonly code: ProviderErrorCode,
    subject: string,
    readonly faults: readonly ProfileFault[] = [],
  ) {
    super(
      [`${code}: ${subject}`, ...faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`)].join(
        '\n',
      ),
    );
  }
}

/** One fault a place. A member that should not be there is named itself, not the object around it. */
export function faultsOf(error: z.ZodError): ProfileFault[] {
  const faults = new Map<string, string>();
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) faults.set(toPointer([...issue.path, name]), 'unknown member');
      continue;
    }
    const pointer = toPointer(issue.path);
    if (!faults.has(pointer)) faults.set(pointer, issue.message);
  }
  return Array.from(faults, ([pointer, detail]) => ({ pointer, detail }));
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
