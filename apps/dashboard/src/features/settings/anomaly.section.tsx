import { NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { Card } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { anomalyPolicyQuery, saveAnomalyPolicy, type AnomalyPolicy } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.anomaly;
const rules = Object.keys(words.rules) as (keyof AnomalyPolicy)[];
const actions = Object.entries(words.actions).map(([value, label]) => ({ value, label }));

export function AnomalySection() {
  const query = useQuery(anomalyPolicyQuery);
  return (
    <Card>
      <p className={classes.what}>{words.what}</p>
      <Loaded query={query}>{(policy) => <AnomalyForm policy={policy} />}</Loaded>
    </Card>
  );
}

function AnomalyForm({ policy }: { policy: AnomalyPolicy }) {
  const queries = useQueryClient();
  const form = useForm<AnomalyPolicy>({
    initial: policy,
    onSubmit: async (values) => {
      queries.setQueryData(anomalyPolicyQuery.queryKey, await saveAnomalyPolicy(values));
      toast(words.saved);
    },
  });
  return (
    <EditForm form={form} action={t.actions.save}>
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
    </EditForm>
  );
}
