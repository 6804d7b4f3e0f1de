import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Integration } from '../../api/integrations.query.js';
import { ApiProblem } from '../../api/problem.js';
import type { Provider } from '../../api/providers.query.js';
import { t } from '../../messages/index.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import {
  BehaviourFields,
  checkValues,
  ClientFields,
  methodWords,
  ProviderFields,
} from './integration.fields.js';
import { changeOf, fieldOf, valuesOf, type IntegrationValues } from './integration-values.js';
import { changeIntegration, integrationQuery, type TaggedIntegration } from './integrations.query.js';
import { fieldsOf, type ProviderField } from './provider-fields.js';
import classes from './integrations.module.css';

const words = t.integrations.form;

interface SettingsFormProps {
  initial: TaggedIntegration;
  provider: Provider;
}

/** Everything of an integration that is not its secret. */
export function SettingsForm({ initial, provider }: SettingsFormProps) {
  const queries = useQueryClient();
  const fields = fieldsOf(provider);
  const base = useRef<Integration>(initial.data);
  const { id } = initial.data;
  const unseenChange = async (thrown: unknown): Promise<TaggedIntegration> => {
    if (ApiProblem.from(thrown).status !== 412) throw thrown;
    const now = await queries.fetchQuery({ ...integrationQuery(id), staleTime: 0 });
    const isSeen = Object.keys(changeOf(base.current, valuesOf(now.data, fields), fields)).length > 0;
    if (isSeen) throw thrown;
    return now;
  };
  const edit = useTaggedForm<IntegrationValues>({
    initial: { values: valuesOf(initial.data, fields), etag: initial.etag },
    check: (values) => checkValues(values, fields, initial.data.client_id !== null),
    fieldOf: (pointer) => fieldOf(pointer, fields),
    async save(values, etag) {
      const change = changeOf(base.current, values, fields);
      const saved = await changeIntegration(id, etag, change).catch(async (thrown: unknown) => {
        // What cannot be seen changed, e.g. the secret beside this form: nobody's edit is lost.
        const now = await unseenChange(thrown);
        return changeIntegration(id, now.etag, change);
      });
      base.current = saved.data;
      queries.setQueryData(integrationQuery(id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ['integrations'] });
      toast(words.saved(saved.data.name));
      return saved.etag;
    },
    async readAgain() {
      const now = await queries.fetchQuery({ ...integrationQuery(id), staleTime: 0 });
      base.current = now.data;
      return { values: valuesOf(now.data, fields), etag: now.etag };
    },
  });
  return (
    <div className={classes.form}>
      <TaggedForm edit={edit} action={t.integrations.detail.save} names={namesOf(fields)} show={show}>
        <ClientFields form={edit.form} provider={provider} />
        <ProviderFields form={edit.form} provider={provider} fields={fields} />
        <BehaviourFields form={edit.form} />
      </TaggedForm>
    </div>
  );
}

/** What each value is called where theirs stands beside mine. */
function namesOf(fields: readonly ProviderField[]): Record<keyof IntegrationValues, string> {
  const names = {
    name: words.name,
    client_id: words.clientId,
    client_secret: words.clientSecret,
    token_endpoint_auth_method: words.method,
    scopes: words.scopes,
    return_urls: words.returnUrls,
    confirmation: words.confirmation,
    refresh_policy: words.policy,
    concurrency: words.concurrency,
    requests_per_second: words.perSecond,
    other: words.other,
  };
  const own = Object.fromEntries(fields.map(({ name, label }) => [`setting:${name}`, label]));
  return { ...names, ...own };
}

function show(name: keyof IntegrationValues, values: IntegrationValues): string {
  const value = values[name];
  if (name === 'token_endpoint_auth_method') return methodWords(String(value));
  if (name === 'refresh_policy') return t.integrations.policies[values.refresh_policy];
  if (typeof value === 'boolean') return value ? words.on : words.off;
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text === '' ? words.nothing : text;
}
