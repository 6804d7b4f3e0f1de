import type { Provider } from '../../api/providers.query.js';
import { t } from '../../messages/index.js';
import { TaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import { BehaviourFields, checkValues, ClientFields, ProviderFields } from './integration.fields.js';
import { namesOf, shownValue } from './integration-words.js';
import type { TaggedIntegration } from './integrations.query.js';
import { fieldsOf } from './provider-fields.js';
import { useIntegrationEdit } from './use-integration-edit.js';
import classes from './integrations.module.css';

const words = t.integrations.form;

interface SettingsFormProps {
  initial: TaggedIntegration;
  provider: Provider;
}

/** Everything of an integration that is not its secret. */
export function SettingsForm({ initial, provider }: SettingsFormProps) {
  const fields = fieldsOf(provider);
  const edit = useIntegrationEdit({
    initial,
    fields,
    check: (values) => checkValues(values, fields, initial.data.client_id !== null),
    onSaved: ({ name }) => toast(words.saved(name)),
  });
  return (
    <div className={classes.form}>
      <TaggedForm edit={edit} action={t.integrations.detail.save} names={namesOf(fields)} show={shownValue}>
        <ClientFields form={edit.form} provider={provider} />
        <ProviderFields form={edit.form} provider={provider} fields={fields} />
        <BehaviourFields form={edit.form} />
      </TaggedForm>
    </div>
  );
}
