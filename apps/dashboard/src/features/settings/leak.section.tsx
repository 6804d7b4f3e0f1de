import { Radio, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Tagged } from '../../api/client.js';
import {
  leakPolicyQuery,
  readLeakPolicy,
  saveLeakPolicy,
  type LeakPolicy,
} from '../../api/policies.query.js';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import classes from './settings.module.css';

const words = t.settings.leak;
type Action = LeakPolicy['action'];
const actions = Object.keys(words.actions) as Action[];

export function LeakSection() {
  const query = useQuery(leakPolicyQuery);
  return (
    <Card>
      <p className={classes.what}>{words.what}</p>
      <Loaded query={query}>{(tagged) => <LeakForm tagged={tagged} />}</Loaded>
    </Card>
  );
}

function LeakForm({ tagged }: { tagged: Tagged<LeakPolicy> }) {
  const queries = useQueryClient();
  const edit = useTaggedForm<{ action: Action }>({
    initial: { values: { action: tagged.data.action }, etag: tagged.etag },
    readAgain: async () => {
      const { data, etag } = await readLeakPolicy();
      return { values: { action: data.action }, etag };
    },
    save: async ({ action }, etag) => {
      const saved = await saveLeakPolicy(etag, action);
      queries.setQueryData(leakPolicyQuery.queryKey, saved);
      toast(words.saved);
      return saved.etag;
    },
  });
  const { form } = edit;
  return (
    <TaggedForm
      edit={edit}
      action={t.actions.save}
      names={words.fields}
      show={(_, { action }) => words.actions[action]}
    >
      <Radio.Group
        label={words.label}
        value={form.values.action}
        error={form.error('action')}
        onChange={(action) => form.set('action', action)}
      >
        <Stack gap={12} mt={8}>
          {actions.map((action) => (
            <Radio
              key={action}
              value={action}
              label={words.actions[action]}
              description={words.actionWhat[action]}
            />
          ))}
        </Stack>
      </Radio.Group>
    </TaggedForm>
  );
}
