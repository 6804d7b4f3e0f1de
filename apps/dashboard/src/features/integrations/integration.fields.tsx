import { NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { t } from '../../messages/index.js';
import type { Form } from '../../ui/edit-form.js';
import { Fold } from '../../ui/fold.js';
import { WordsInput } from '../../ui/words-input.js';
import { parsedObject, type IntegrationValues, type SettingName } from './integration-values.js';
import type { Provider } from '../../api/providers.query.js';
import { takesOtherSettings, type ProviderField } from './provider-fields.js';
import classes from './integrations.module.css';

const words = t.integrations.form;

interface FieldsProps {
  form: Form<IntegrationValues>;
  provider: Provider;
  fields: readonly ProviderField[];
}

/** Name, client id, and how the client says who it is. */
export function ClientFields({ form, provider }: Omit<FieldsProps, 'fields'>) {
  const methods = provider.token_endpoint_auth_methods.filter((method) => method !== 'private_key_jwt');
  return (
    <>
      <TextInput
        label={words.name}
        description={words.nameHint}
        required
        maxLength={200}
        autoComplete="off"
        value={form.values.name}
        error={form.error('name')}
        onChange={({ currentTarget }) => form.set('name', currentTarget.value)}
      />
      <TextInput
        label={words.clientId}
        required
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        value={form.values.client_id}
        error={form.error('client_id')}
        onChange={({ currentTarget }) => form.set('client_id', currentTarget.value)}
      />
      {methods.length > 1 && (
        <Select
          label={words.method}
          description={words.methodHint}
          data={methods.map((value) => ({ value, label: methodWords(value) }))}
          value={form.values.token_endpoint_auth_method}
          allowDeselect={false}
          error={form.error('token_endpoint_auth_method')}
          onChange={(value) => value && form.set('token_endpoint_auth_method', value)}
        />
      )}
    </>
  );
}

export function methodWords(method: string): string {
  return (words.methods as Record<string, string>)[method] ?? method;
}

/** The provider’s own fields, then scopes. */
export function ProviderFields({ form, provider, fields }: FieldsProps) {
  const plain = fields.filter(({ isAdvanced }) => !isAdvanced);
  const folded = fields.filter(({ isAdvanced }) => isAdvanced);
  const isWrong = folded.some(({ name }) => form.error(`setting:${name}`) || form.values[`setting:${name}`]);
  return (
    <>
      {plain.map((field) => (
        <SettingField key={field.name} form={form} field={field} />
      ))}
      {folded.length > 0 && (
        <Fold title={words.endpoints} isOpen={isWrong}>
          {folded.map((field) => (
            <SettingField key={field.name} form={form} field={field} />
          ))}
        </Fold>
      )}
      <WordsInput
        label={words.scopes}
        description={words.scopesHint}
        value={form.values.scopes}
        error={form.error('scopes')}
        onChange={(scopes) => form.set('scopes', scopes)}
      />
      {takesOtherSettings(provider) && <OtherSettings form={form} />}
    </>
  );
}

function SettingField({ form, field }: { form: Form<IntegrationValues>; field: ProviderField }) {
  const name: SettingName = `setting:${field.name}`;
  return (
    <TextInput
      label={field.isRequired ? field.label : `${field.label} (${words.optional})`}
      description={field.description}
      placeholder={field.example ?? undefined}
      required={field.isRequired}
      autoComplete="off"
      spellCheck={false}
      value={form.values[name] ?? ''}
      error={form.error(name)}
      onChange={({ currentTarget }) => form.set(name, currentTarget.value)}
    />
  );
}

function OtherSettings({ form }: { form: Form<IntegrationValues> }) {
  return (
    <Fold title={words.other} isOpen={form.error('other') !== undefined}>
      <Textarea
        label={words.other}
        description={words.otherHint}
        autosize
        minRows={3}
        maxRows={16}
        spellCheck={false}
        value={form.values.other}
        error={form.error('other')}
        onChange={({ currentTarget }) => form.set('other', currentTarget.value)}
      />
    </Fold>
  );
}

/** How it behaves: return URLs, confirmation, renewal, limits. */
export function BehaviourFields({ form }: Pick<FieldsProps, 'form'>) {
  return (
    <>
      <WordsInput
        label={words.returnUrls}
        description={words.returnUrlsHint}
        value={form.values.return_urls}
        error={form.error('return_urls')}
        onChange={(urls) => form.set('return_urls', urls)}
      />
      <Switch
        label={words.confirmation}
        description={words.confirmationHint}
        checked={form.values.confirmation}
        error={form.error('confirmation')}
        onChange={({ currentTarget }) => form.set('confirmation', currentTarget.checked)}
      />
      <Select
        label={words.policy}
        description={words.policyHint}
        data={Object.entries(t.integrations.policies).map(([value, label]) => ({ value, label }))}
        value={form.values.refresh_policy}
        allowDeselect={false}
        error={form.error('refresh_policy')}
        onChange={(value) => value && form.set('refresh_policy', value as 'ahead' | 'on_demand')}
      />
      <Limits form={form} />
    </>
  );
}

function Limits({ form }: { form: Form<IntegrationValues> }) {
  const { concurrency, requests_per_second: perSecond } = form.values;
  const isSet = concurrency !== '' || perSecond !== '';
  return (
    <Fold title={words.limits} isOpen={isSet}>
      <Stack gap={8}>
        <span className={classes.muted}>{words.limitsHint}</span>
        <div className={classes.pair}>
          <NumberInput
            label={words.concurrency}
            placeholder={words.unlimited}
            min={1}
            max={1_000}
            allowDecimal={false}
            hideControls
            value={concurrency}
            error={form.error('concurrency')}
            onChange={(value) => form.set('concurrency', numberOf(value))}
          />
          <NumberInput
            label={words.perSecond}
            placeholder={words.unlimited}
            min={0.01}
            max={10_000}
            hideControls
            value={perSecond}
            error={form.error('requests_per_second')}
            onChange={(value) => form.set('requests_per_second', numberOf(value))}
          />
        </div>
      </Stack>
    </Fold>
  );
}

function numberOf(value: string | number): number | '' {
  const number = typeof value === 'number' ? value : Number.parseFloat(value);
  return Number.isNaN(number) ? '' : number;
}

/** What can be seen to be wrong before anybody is asked. */
export function checkValues(
  values: IntegrationValues,
  fields: readonly ProviderField[],
  needsClient: boolean,
): Partial<Record<keyof IntegrationValues, string>> {
  const faults: Partial<Record<keyof IntegrationValues, string>> = {};
  if (values.name.trim() === '') faults.name = t.form.required;
  if (needsClient && values.client_id.trim() === '') faults.client_id = t.form.required;
  if (!parsedObject(values.other)) faults.other = words.otherWrong;
  for (const { name, isRequired, pattern, example } of fields) {
    const text = (values[`setting:${name}`] ?? '').trim();
    if (text === '' && isRequired) faults[`setting:${name}`] = t.form.required;
    else if (text !== '' && pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(text))
      faults[`setting:${name}`] = words.patternWrong(example);
  }
  return faults;
}
