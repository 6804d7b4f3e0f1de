import { Alert, Radio, Select, TextInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allIntegrations } from '../../api/integrations.query.js';
import { t } from '../../messages/index.js';
import { EditForm, useForm, type Form } from '../../ui/edit-form.js';
import { Fold } from '../../ui/fold.js';
import { useNames } from '../../ui/names.js';
import { Card, Section } from '../../ui/page.js';
import { typedFaultsOf, type Kind, type SelectorValues } from './selector-values.js';
import classes from './kill-switch.module.css';

const words = t.newKillSwitch.select;
const labels = t.selection.members;
type SelectorForm = Form<SelectorValues>;
type TextField = Exclude<keyof SelectorValues, 'kind'>;

interface SelectorFormProps {
  initial: SelectorValues;
  /** Why the address could not be counted as it is. */
  warning?: string;
  onSubmit: (values: SelectorValues) => Promise<unknown>;
}

/** Freeze or revoke, and which: everything that is filled in must hold together. */
export function SelectorForm({ initial, warning, onSubmit }: SelectorFormProps) {
  const form = useForm<SelectorValues>({
    initial,
    check: (values) => typedFaultsOf(values, initial),
    onSubmit,
  });
  const [isMore] = useState(
    () =>
      [initial.connections, initial.state, initial.client_id, initial.created_after].some(Boolean) ||
      [initial.created_before, initial.last_read_before].some(Boolean),
  );
  return (
    <EditForm form={form} action={words.action}>
      {warning && (
        <Alert color="yellow" variant="light" role="alert">
          {warning}
        </Alert>
      )}
      <Kinds form={form} />
      <Section title={words.what}>
        <Card>
          <Which form={form} />
        </Card>
      </Section>
      <Fold title={words.more} isOpen={isMore}>
        <Card>
          <More form={form} />
        </Card>
      </Fold>
    </EditForm>
  );
}

function Kinds({ form }: { form: SelectorForm }) {
  const { kinds } = t.killSwitch;
  const choices: [Kind, string, string][] = [
    ['revoke', kinds.revoke, kinds.revokeWhat],
    ['freeze', kinds.freeze, kinds.freezeWhat],
  ];
  return (
    <Radio.Group label={kinds.label} value={form.values.kind} onChange={(kind) => form.set('kind', kind)}>
      <div className={classes.kinds}>
        {choices.map(([kind, label, description]) => (
          <div key={kind} className={classes.kind}>
            <Radio value={kind} label={label} description={description} />
          </div>
        ))}
      </div>
    </Radio.Group>
  );
}

function field(form: SelectorForm, name: TextField) {
  return {
    label: labels[name],
    value: form.values[name],
    error: form.error(name),
    autoComplete: 'off',
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      form.set(name, currentTarget.value),
  };
}

function choice(form: SelectorForm, name: TextField, options: { value: string; label: string }[]) {
  const value = form.values[name];
  const isOffered = value === '' || options.some((option) => option.value === value);
  return {
    ...{ label: labels[name], error: form.error(name), placeholder: words.any, clearable: true },
    // What the address asks for is shown even where it is not in the list.
    data: isOffered ? options : [{ value, label: value }, ...options],
    value: value === '' ? null : value,
    searchable: true,
    // It takes the focus where it is wrong: the list would lie over why.
    openOnFocus: false,
    clearButtonProps: { 'aria-label': `${t.actions.clear} ${labels[name]}` },
    onChange: (chosen: string | null) => form.set(name, chosen ?? ''),
  };
}

function Which({ form }: { form: SelectorForm }) {
  const integrations = useQuery(allIntegrations).data ?? [];
  const { provider: nameOf } = useNames();
  const providers = [...new Set(integrations.map(({ provider }) => provider))].toSorted();
  return (
    <div className={classes.pair}>
      <Select
        {...choice(
          form,
          'provider',
          providers.map((provider) => ({ value: provider, label: nameOf(provider) })),
        )}
      />
      <Select
        {...choice(
          form,
          'integration',
          integrations.map(({ id, name, provider }) => ({
            value: id,
            label: `${name} · ${nameOf(provider)}`,
          })),
        )}
      />
      <TextInput {...field(form, 'end_user')} description={words.endUserHint} />
      <TextInput {...field(form, 'scope')} description={words.scopeHint} />
      <Textarea {...field(form, 'tags')} description={words.tagsHint} autosize minRows={2} maxRows={6} />
    </div>
  );
}

const states = Object.entries(t.states.connection).map(([value, label]) => ({ value, label }));

function More({ form }: { form: SelectorForm }) {
  const time = { type: 'datetime-local', step: 1, description: words.timeHint };
  return (
    <div className={classes.pair}>
      <TextInput {...field(form, 'created_after')} {...time} />
      <TextInput {...field(form, 'created_before')} {...time} />
      <TextInput {...field(form, 'last_read_before')} {...time} />
      <Select {...choice(form, 'state', states)} />
      <TextInput {...field(form, 'client_id')} description={words.clientHint} />
      <Textarea
        {...field(form, 'connections')}
        description={words.idsHint}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
      />
    </div>
  );
}
