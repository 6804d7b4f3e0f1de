import { useQuery } from '@tanstack/react-query';
import { allIntegrations } from '../api/integrations.query.js';
import { useCan } from '../api/session-state.js';
import { sandboxPartOf, type SandboxPart } from './sandbox-part.js';

/** How much of the present workspace is the sandbox's; `none` where that is not known. */
export function useSandboxPart(): SandboxPart {
  const enabled = useCan('integrations:read');
  const { data = 'none' } = useQuery({
    ...allIntegrations,
    enabled,
    select: sandboxPartOf,
    staleTime: 60_000,
  });
  return data;
}
