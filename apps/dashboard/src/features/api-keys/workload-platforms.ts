import type { ClaimRow } from './claim-rows.js';

/** What tokens of well-known platforms look like: an issuer, and the claims that tell one workload from another. */
export const platforms: Record<
  'github' | 'gitlab' | 'kubernetes' | 'other',
  { issuer: string; claims: readonly ClaimRow[] }
> = {
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    claims: [
      { claim: 'repository', values: '' },
      { claim: 'ref', values: 'refs/heads/main' },
    ],
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    claims: [
      { claim: 'project_path', values: '' },
      { claim: 'ref', values: 'main' },
    ],
  },
  kubernetes: { issuer: '', claims: [{ claim: 'sub', values: 'system:serviceaccount:' }] },
  other: { issuer: '', claims: [{ claim: 'sub', values: '' }] },
};
export type Platform = keyof typeof platforms;
