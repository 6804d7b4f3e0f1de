import { useQuery } from '@tanstack/react-query';
import { memberQuery, type Approval } from './approvals.query.js';
import { actionWords, askedAction, type AskedAction } from './asked-action.js';

/** What is asked, and the name of the person it is about. */
export function useAsked(approval: Approval): { asked: AskedAction; name: string | undefined } {
  const asked = askedAction(approval);
  const { data } = useQuery(memberQuery(asked.kind === 'raise' ? asked.person : undefined));
  return { asked, name: data?.name };
}

export function AskedWords({ approval }: { approval: Approval }) {
  const { asked, name } = useAsked(approval);
  return <>{actionWords(asked, name)}</>;
}
