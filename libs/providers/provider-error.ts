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

/** A member that should not be there is named itself, not the object around it. */
export function faultsOf(error: z.ZodError): ProfileFault[] {
  return error.issues.flatMap((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return names.map((name) => ({
      pointer: toPointer(name === undefined ? issue.path : [...issue.path, name]),
      detail: name === undefined ? issue.message : 'unknown member',
    }));
  });
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
