import { useNavigate } from '@tanstack/react-router';
import { handOver } from './hand-over.js';
import { looksLikeToken } from './token-like.js';

/** Takes what looks like a token to its lookup, in memory: it enters no URL. True: it was one. */
export function useTokenLookup(isToken = looksLikeToken): (pasted: string) => boolean {
  const navigate = useNavigate();
  return (pasted) => {
    if (!isToken(pasted)) return false;
    handOver(pasted.trim());
    void navigate({ to: '/leaked-token' });
    return true;
  };
}
