import { describe, expect, it } from '@jest/globals';
import { sandboxPartOf } from './sandbox-part.js';

const at = (...providers: string[]) => providers.map((provider) => ({ provider }));

describe('sandboxPartOf', () => {
  it('calls a workspace a demo only where every integration is the sandbox’s', () => {
    expect(sandboxPartOf(at('sandbox', 'sandbox'))).toBe('all');
    expect(sandboxPartOf(at('sandbox', 'google'))).toBe('some');
    expect(sandboxPartOf(at('google'))).toBe('none');
  });

  it('calls nothing a demo where there is no integration', () => {
    expect(sandboxPartOf([])).toBe('none');
  });
});
