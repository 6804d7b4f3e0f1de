import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { components } from '../../api/schema.js';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { readWorkload, updateWorkload, type WorkloadIdentity } from './api-keys.query.js';
import { claimsOf, parsedJwks, rowsOf } from './claim-rows.js';
import {
  checkWorkload,
  withoutAdmin,
  WorkloadFields,
  workloadFieldOf,
  type WorkloadValues,
} from './workload-fields.js';
import { platforms, type Platform } from './workload-platforms.js';

const words = t.apiKeys.workloads.form;
const platformChoices = Object.entries(words.platforms).map(([value, label]) => ({ value, label }));

interface NewValues extends WorkloadValues {
  issuer: string;
}

interface NewWorkloadFormProps {
  onCancel: () => void;
  onSave: (wish: components['schemas']['NewWorkloadIdentity']) => Promise<void>;
}

/** The platform fills in what its tokens look like. */
export function NewWorkloadForm({ onCancel, onSave }: NewWorkloadFormProps) {
  const [platform, setPlatform] = useState<Platform>('github');
  const form = useForm<NewValues>({
    initial: {
      name: '',
      issuer: platforms.github.issuer,
      claims: [...platforms.github.claims],
      scopes: ['tokens:read'],
      jwks: '',
    },
    check: (values) => ({
      ...checkWorkload(values),
      ...(!/^https?:\/\/./.test(values.issuer) && { issuer: words.issuerMissing }),
    }),
    fieldOf: (pointer) => (pointer === '/issuer' ? 'issuer' : workloadFieldOf(pointer)),
    onSubmit: ({ name, issuer, claims, scopes, jwks }) =>
      onSave({
        name: name.trim(),
        issuer: issuer.trim(),
        claims: claimsOf(claims),
        scopes: withoutAdmin(scopes),
        jwks: parsedJwks(jwks) ?? undefined,
      }),
  });
  const choose = (next: Platform): void => {
    setPlatform(next);
    form.set('issuer', platforms[next].issuer);
    form.set('claims', [...platforms[next].claims]);
  };
  return (
    <EditForm form={form} action={words.create} onCancel={onCancel}>
      <NativeSelect
        label={words.platform}
        data={platformChoices}
        value={platform}
        onChange={({ currentTarget }) => choose(currentTarget.value as Platform)}
      />
      <WorkloadFields form={form}>
        <TextInput
          label={words.issuer}
          description={words.issuerHint}
          required
          spellCheck={false}
          value={form.values.issuer}
          error={form.error('issuer')}
          onChange={({ currentTarget }) => form.set('issuer', currentTarget.value)}
        />
      </WorkloadFields>
    </EditForm>
  );
}

const valuesOf = (identity: WorkloadIdentity): WorkloadValues => ({
  name: identity.name,
  claims: rowsOf(identity.claims),
  scopes: identity.scopes,
  jwks: identity.jwks ? JSON.stringify(identity.jwks, null, 2) : '',
});

interface EditWorkloadFormProps {
  identity: WorkloadIdentity;
  etag: string;
  onClose: () => void;
}

/** All but its issuer. */
export function EditWorkloadForm({ identity, etag, onClose }: EditWorkloadFormProps) {
  const queries = useQueryClient();
  const edit = useTaggedForm<WorkloadValues>({
    initial: { values: valuesOf(identity), etag },
    check: checkWorkload,
    fieldOf: workloadFieldOf,
    readAgain: async () => {
      const now = await readWorkload(identity.id);
      return { values: valuesOf(now.data), etag: now.etag };
    },
    save: async ({ name, claims, scopes, jwks }, tag) => {
      await updateWorkload(identity.id, tag, {
        name: name.trim(),
        claims: claimsOf(claims),
        scopes: withoutAdmin(scopes),
        jwks: parsedJwks(jwks) ?? null,
      });
      await queries.invalidateQueries({ queryKey: ['workload-identities'] });
      onClose();
    },
  });
  return (
    <TaggedForm edit={edit} action={t.actions.save} onCancel={onClose} names={words.fields} show={show}>
      <WorkloadFields form={edit.form} />
    </TaggedForm>
  );
}

const show = (name: keyof WorkloadValues, values: WorkloadValues): string => {
  if (name === 'claims') return values.claims.map((row) => `${row.claim}: ${row.values}`).join('; ');
  if (name === 'scopes') return values.scopes.join(', ');
  return values[name] || t.time.none;
};
