import { NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Tagged } from '../../api/client.js';
import {
  anomalyPolicyQuery,
  readAnomalyPolicy,
  saveAnomalyPolicy,
  type AnomalyPolicy,
} from '../../api/policies.query.js';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import classes from './settings.module.css';

const words = t.settings.anomaly;
const rules = Object.keys(words.rules) as (keyof AnomalyPolicy)[];
const actions = Object.entries(words.actions).map(([value, label]) => ({ value, label }));

export function AnomalySection() {
  const query = useQuery(anomalyPolicyQuery);
  return (
    <Card>
      <p className={classes.what}>{words.what}</p>
      <Loaded query={query}>{(tagged) => <AnomalyForm tagged={tagged} />}</Loaded>
    </Card>
  );
}

function AnomalyForm({ tagged }: { tagged: Tagged<AnomalyPolicy> }) {
  const queries = useQueryClient();
  const edit = useTaggedForm<AnomalyPolicy>({
    initial: { values: tagged.data, etag: tagged.etag },
    readAgain: async () => {
      const { data, etag } = await readAnomalyPolicy();
      return { values: data, etag };
    },
    save: async (values, etag) => {
      const saved = await saveAnomalyPolicy(etag, values);
      queries.setQueryData(anomalyPolicyQuery.queryKey, saved);
      toast(words.saved);
      return saved.etag;
    },
  });
  const { form } = edit;
  return (
    <TaggedForm
      edit={edit}
      action={t.actions.save}
      names={words.rules}
      show={(rule, policy) => words.actions[policy[rule]]}
    >
      {rules.map((rule) => (
        <NativeSelect
          key={rule}
          className={classes.form}
          label={words.rules[rule]}
          description={words.ruleWhat[rule]}
          data={actions}
          value={form.values[rule]}
          error={form.error(rule)}
          onChange={({ currentTarget }) => form.set(rule, currentTarget.value as AnomalyPolicy[typeof rule])}
        />
      ))}
    </TaggedForm>
  );
}
