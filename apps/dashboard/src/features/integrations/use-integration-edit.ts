import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Integration } from '../../api/integrations.query.js';
import { ApiProblem } from '../../api/problem.js';
import { useTaggedForm, type TaggedEdit } from '../../ui/tagged-form.js';
import { changeOf, fieldOf, valuesOf, type IntegrationValues } from './integration-values.js';
import { changeIntegration, integrationQuery, type TaggedIntegration } from './integrations.query.js';
import type { ProviderField } from './provider-fields.js';

interface IntegrationEditOptions {
  initial: TaggedIntegration;
  fields: readonly ProviderField[];
  check: (values: IntegrationValues) => Partial<Record<keyof IntegrationValues, string>>;
  onSaved: (saved: Integration) => void;
}

/** An integration’s form: what was changed is sent, and what others changed meanwhile is shown before it is lost. */
export function useIntegrationEdit(options: IntegrationEditOptions): TaggedEdit<IntegrationValues> {
  const { initial, fields, check, onSaved } = options;
  const queries = useQueryClient();
  const base = useRef<Integration>(initial.data);
  const { id } = initial.data;
  const read = () => queries.fetchQuery({ ...integrationQuery(id), staleTime: 0 });
  const unseenChange = async (thrown: unknown): Promise<TaggedIntegration> => {
    if (ApiProblem.from(thrown).status !== 412) throw thrown;
    const now = await read();
    const isSeen = Object.keys(changeOf(base.current, valuesOf(now.data, fields), fields)).length > 0;
    if (isSeen) throw thrown;
    return now;
  };
  return useTaggedForm<IntegrationValues>({
    initial: { values: valuesOf(initial.data, fields), etag: initial.etag },
    check,
    fieldOf: (pointer) => fieldOf(pointer, fields),
    async save(values, etag) {
      const change = changeOf(base.current, values, fields);
      const saved = await changeIntegration(id, etag, change).catch(async (thrown: unknown) => {
        // What cannot be seen changed, e.g. the secret beside this form: nobody’s edit is lost.
        const now = await unseenChange(thrown);
        return changeIntegration(id, now.etag, change);
      });
      base.current = saved.data;
      queries.setQueryData(integrationQuery(id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['integrations'] });
      onSaved(saved.data);
      return saved.etag;
    },
    async readAgain() {
      const now = await read();
      base.current = now.data;
      return { values: valuesOf(now.data, fields), etag: now.etag };
    },
  });
}
