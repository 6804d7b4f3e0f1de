import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { outdateLists } from '../../api/connection-lists.js';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { toast } from '../../ui/toasts.js';
import * as api from './connection.query.js';
import type { ConnectionDetail } from './connection.query.js';
import { makesNew } from './link-wish.js';
import type { ConnectLink } from './link.dialog.js';
import type { Action } from './offered-actions.js';

const words = t.connection.actions;

export type Act = (action: Action, slot?: string) => void;
export type Asked = 'revoke' | 'giveUp' | 'erase';

/** What an action came to, said above what it changed. */
export interface Outcome {
  text?: string;
  problem?: ApiProblem;
}

const asks = new Set<Action>(['revoke', 'giveUp', 'erase']);

/** Runs the actions of one connection. What is final asks first; nothing is shown as done before the server says so. */
export function useActions(connection: ConnectionDetail) {
  const { id } = connection;
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<ConnectLink>();
  const [outcome, setOutcome] = useState<Outcome>();
  const readAgain = (): void => {
    void queries.invalidateQueries({ queryKey: ['connection', id] });
    void outdateLists(queries);
  };
  const show = (now: ConnectionDetail): void => {
    queries.setQueryData(api.connectionQuery(id).queryKey, now);
    readAgain();
  };
  const mutation = useMutation({
    mutationFn: async ({ action, slot }: { action: Action; slot?: string }): Promise<Outcome> => {
      switch (action) {
        case 'refresh': {
          const { outcome: end, generation } = await api.refresh(id, slot);
          readAgain();
          return { text: end === 'refreshed' ? words.refreshed(generation) : words.superseded };
        }
        case 'pause':
          show(await api.pause(id));
          toast(words.paused, () => void api.resume(id).then(show).catch(failed));
          return {};
        case 'resume':
          show(await api.resume(id));
          toast(words.resumed, () => void api.pause(id).then(show).catch(failed));
          return {};
        case 'retry':
          show(await api.retry(id));
          return { text: words.retried };
        case 'link':
          setLink({ ...(await api.connectLink(connection)), makesNew: makesNew(connection) });
          return {};
        default:
          return {};
      }
    },
    onMutate: () => setOutcome(undefined),
    onSuccess: setOutcome,
    onError: (error) => {
      failed(error);
      readAgain();
    },
  });
  const failed = (error: unknown): void => setOutcome({ problem: ApiProblem.from(error) });
  const confirm = async (reason: string): Promise<void> => {
    if (asked === 'revoke') show((await api.revoke(id, reason)).connection);
    else if (asked === 'giveUp') show(await api.giveUp(id, reason));
    else {
      await api.erase(id, reason);
      readAgain();
    }
    setOutcome(undefined);
  };
  const act: Act = (action, slot) => {
    if (asks.has(action)) setAsked(action as Asked);
    else mutation.mutate({ action, slot });
  };
  return {
    act,
    running: mutation.isPending ? mutation.variables.action : undefined,
    outcome: outcome?.text || outcome?.problem ? outcome : undefined,
    dismiss: () => setOutcome(undefined),
    asked,
    confirm,
    cancel: () => setAsked(undefined),
    link,
    forgetLink: () => setLink(undefined),
  };
}
