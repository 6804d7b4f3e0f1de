import { NativeSelect, TextInput, Textarea } from '@mantine/core';
import { t } from '../../messages/index.js';
import type { Form } from '../../ui/edit-form.js';
import { lineErrors } from '../../ui/line-errors.js';

const words = t.apiKeys.form;

/** What a key has whether it is made or edited. */
export interface KeyReach {
  name: string;
  expires: string;
  date: string;
  networks: string;
}

export function checkReach({ name, expires, date }: KeyReach): Partial<Record<keyof KeyReach, string>> {
  return {
    ...(name.trim() === '' && { name: t.form.required }),
    ...(expires === 'date' && !(Date.parse(`${date}T23:59:59Z`) > Date.now()) && { date: words.dateMissing }),
  };
}

/** The request's members, by what they are called in the form. */
export function reachFieldOf(pointer: string): keyof KeyReach | undefined {
  if (pointer.startsWith('/allowed_addresses')) return 'networks';
  if (pointer === '/expires_at') return 'expires';
  return pointer === '/name' ? 'name' : undefined;
}

export const expiryChoices = (names: readonly (keyof typeof words.expiries)[]) =>
  names.map((value) => ({ value, label: words.expiries[value] }));

interface FieldsProps<V extends KeyReach> {
  form: Form<V>;
  expiries: readonly { value: string; label: string }[];
}

export function NameField<V extends KeyReach>({ form, hint }: { form: Form<V>; hint: string }) {
  return (
    <TextInput
      label={words.name}
      description={hint}
      required
      data-autofocus
      maxLength={200}
      value={form.values.name}
      error={form.error('name')}
      onChange={({ currentTarget }) => form.set('name', currentTarget.value)}
    />
  );
}

/** Until when and from where. */
export function ReachFields<V extends KeyReach>({ form, expiries }: FieldsProps<V>) {
  const { values } = form;
  return (
    <>
      <NativeSelect
        label={words.expires}
        description={values.expires === 'never' ? words.neverHint : undefined}
        data={[...expiries]}
        value={values.expires}
        error={form.error('expires')}
        onChange={({ currentTarget }) => form.set('expires', currentTarget.value)}
      />
      {values.expires === 'date' && (
        <TextInput
          type="date"
          label={words.date}
          required
          min={new Date().toISOString().slice(0, 10)}
          value={values.date}
          error={form.error('date')}
          onChange={({ currentTarget }) => form.set('date', currentTarget.value)}
        />
      )}
      <Textarea
        label={words.networks}
        description={words.networksHint}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        value={values.networks}
        error={lineErrors(form.problem, '/allowed_addresses', words.line)}
        onChange={({ currentTarget }) => form.set('networks', currentTarget.value)}
      />
    </>
  );
}
