import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { deleteIntegration } from './integrations.query.js';

/** Deletes one and goes to the list, where it is no more. */
export function useDelete(): (id: string) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (id) => {
    await deleteIntegration(id);
    await navigate({ to: '/integrations' });
    queries.removeQueries({ queryKey: ['integration', id] });
    void queries.invalidateQueries({ queryKey: ['integrations'] });
  };
}
