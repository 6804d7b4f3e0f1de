import { ActionIcon, Button, Group, Input, Stack, TextInput, Textarea } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../messages/index.js';
import type { Form } from '../../ui/edit-form.js';
import type { Scope } from './api-keys.query.js';
import { claimsOf, parsedJwks, rowAt, type ClaimRow } from './claim-rows.js';
import { NameField } from './key-fields.js';
import { ScopeChoice } from './scopes.js';
import classes from './api-keys.module.css';

const words = t.apiKeys.workloads.form;

export interface WorkloadValues {
  name: string;
  claims: ClaimRow[];
  scopes: Scope[];
  jwks: string;
}

export function checkWorkload(values: WorkloadValues): Partial<Record<keyof WorkloadValues, string>> {
  return {
    ...(values.name.trim() === '' && { name: t.form.required }),
    ...(Object.keys(claimsOf(values.claims)).length === 0 && { claims: words.claimsMissing }),
    ...(values.scopes.length === 0 && { scopes: t.apiKeys.form.scopesMissing }),
    ...(parsedJwks(values.jwks) === undefined && { jwks: words.jwksOdd }),
  };
}

export function workloadFieldOf(pointer: string): keyof WorkloadValues | undefined {
  return (['name', 'claims', 'scopes', 'jwks'] as const).find((field) => pointer.split('/')[1] === field);
}

/** A workload never has it; the API's type says so. */
export const withoutAdmin = (scopes: readonly Scope[]) =>
  scopes.filter((scope): scope is Exclude<Scope, 'admin'> => scope !== 'admin');

interface WorkloadFieldsProps<V extends WorkloadValues> {
  form: Form<V>;
  /** What comes after the name. */
  children?: ReactNode;
}

export function WorkloadFields<V extends WorkloadValues>({ form, children }: WorkloadFieldsProps<V>) {
  const { values } = form;
  return (
    <>
      {/* A form of more fields is one of these, too; `set` alone is not seen to be. */}
      <NameField form={form as never} hint={words.nameHint} />
      {children}
      <ClaimRows form={form} />
      <ScopeChoice
        withoutAdmin
        label={t.apiKeys.form.scopes}
        description={words.scopesHint}
        value={values.scopes}
        error={form.error('scopes')}
        onChange={(scopes) => form.set('scopes', scopes)}
      />
      <details open={values.jwks !== '' || undefined}>
        <summary>{words.advanced}</summary>
        <Textarea
          mt={8}
          label={words.jwks}
          description={words.jwksHint}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          value={values.jwks}
          error={form.error('jwks')}
          onChange={({ currentTarget }) => form.set('jwks', currentTarget.value)}
        />
      </details>
    </>
  );
}

function ClaimRows<V extends WorkloadValues>({ form }: { form: Form<V> }) {
  const rows = form.values.claims;
  const set = (next: ClaimRow[]) => form.set('claims', next);
  const change = (at: number, part: Partial<ClaimRow>) =>
    set(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const faultOf = (at: number) =>
    form.problem?.fields.find(({ pointer }) => pointer.startsWith('/claims/') && rowAt(rows, pointer) === at)
      ?.detail;
  const isPlaced = rows.some((_, at) => faultOf(at));
  return (
    <Input.Wrapper
      label={words.claims}
      description={words.claimsHint}
      error={isPlaced ? undefined : form.error('claims')}
      labelElement="div"
    >
      <Stack gap={8} mt={8}>
        {rows.map((row, at) => (
          <div key={at} className={classes.claim}>
            <TextInput
              aria-label={words.claim(at + 1)}
              spellCheck={false}
              value={row.claim}
              // Where the fault is said of all of them, the focus goes to the first.
              error={at === 0 && !isPlaced && form.error('claims') !== undefined}
              onChange={({ currentTarget }) => change(at, { claim: currentTarget.value })}
            />
            <Textarea
              aria-label={words.value(at + 1)}
              autosize
              minRows={1}
              maxRows={6}
              spellCheck={false}
              value={row.values}
              error={faultOf(at)}
              onChange={({ currentTarget }) => change(at, { values: currentTarget.value })}
            />
            <ActionIcon
              aria-label={words.remove(at + 1)}
              disabled={rows.length === 1}
              onClick={() => set(rows.filter((_, index) => index !== at))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        ))}
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => set([...rows, { claim: '', values: '' }])}
          >
            {words.add}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
