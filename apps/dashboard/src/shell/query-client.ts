import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem.js';

/** Server state. What a person did is never tried again unasked; a read is, where nobody answered. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && isPassing(ApiProblem.from(error)),
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

function isPassing({ isOffline, status }: ApiProblem): boolean {
  return isOffline || status === 502 || status === 503 || status === 504;
}
