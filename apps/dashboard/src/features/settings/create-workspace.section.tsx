import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { renewSession } from '../../api/client.js';
import { t } from '../../messages/index.js';
import { EditForm, useForm } from '../../ui/edit-form.js';
import { Card } from '../../ui/page.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { createWorkspace } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.create;

/** A new workspace, its first key in the answer. */
export function CreateWorkspaceSection() {
  const [made, setMade] = useState<{ name: string; key: string }>();
  const form = useForm({
    initial: { name: '' },
    check: ({ name }): { name?: string } => (name.trim() === '' ? { name: t.form.required } : {}),
    onSubmit: async ({ name }) => {
      const workspace = await createWorkspace(name.trim());
      setMade({ name: workspace.name, key: workspace.api_key });
      await renewSession();
    },
  });
  return (
    <Card>
      <p className={classes.what}>{words.what}</p>
      <div className={classes.form}>
        <EditForm form={form} action={words.action}>
          <TextInput
            label={words.name}
            required
            maxLength={200}
            autoComplete="off"
            value={form.values.name}
            error={form.error('name')}
            onChange={({ currentTarget }) => form.set('name', currentTarget.value)}
          />
        </EditForm>
      </div>
      <SecretOnce
        title={words.secret(made?.name ?? '')}
        secret={made?.key}
        detail={words.secretWhat}
        onStored={() => {
          setMade(undefined);
          form.reset({ name: '' });
        }}
      />
    </Card>
  );
}
