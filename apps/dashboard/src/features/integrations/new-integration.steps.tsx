import { Button, Group, PasswordInput } from '@mantine/core';
import { IconExternalLink, IconLinkPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Integration } from '../../api/integrations.query.js';
import type { Provider } from '../../api/providers.query.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { CopyField } from '../../ui/copy-field.js';
import { TaggedForm } from '../../ui/tagged-form.js';
import { checkValues, ClientFields, ProviderFields } from './integration.fields.js';
import type { IntegrationValues } from './integration-values.js';
import { namesOf, shownValue } from './integration-words.js';
import type { TaggedIntegration } from './integrations.query.js';
import { fieldsOf } from './provider-fields.js';
import { TestPanel } from './test-panel.js';
import { useIntegrationEdit } from './use-integration-edit.js';

const words = t.integrations.new;
const { form: fieldWords } = t.integrations;

interface RegisterStepProps {
  integration: Integration;
  provider: Provider;
  onDone: () => void;
}

/** Over there: a client with this redirect URI. */
export function RegisterStep({ integration, provider, onDone }: RegisterStepProps) {
  return (
    <>
      <p>{words.registerHint(provider.name)}</p>
      {provider.id === 'sandbox' && <p>{words.registerSandbox}</p>}
      <CopyField label={words.redirectUri} value={integration.redirect_uri} />
      <Group gap={8}>
        <Button onClick={onDone}>{words.registered}</Button>
        {provider.docs_url && (
          <Button
            component="a"
            variant="default"
            href={provider.docs_url}
            target="_blank"
            rel="noopener noreferrer"
            rightSection={<IconExternalLink size={14} />}
          >
            {words.docs(provider.name)}
          </Button>
        )}
      </Group>
    </>
  );
}

interface ClientStepProps {
  tagged: TaggedIntegration;
  provider: Provider;
  onDone: () => void;
}

/** What the provider gave, and what it wants to know. A draft becomes active by it. */
export function ClientStep({ tagged, provider, onDone }: ClientStepProps) {
  const { data: integration } = tagged;
  const fields = fieldsOf(provider);
  const edit = useIntegrationEdit({
    initial: tagged,
    fields,
    check: (values) => ({
      ...checkValues(values, fields, true),
      ...(isSecretMissing(values, integration) && { client_secret: t.form.required }),
    }),
    onSaved: onDone,
  });
  const { form } = edit;
  const isPublic = form.values.token_endpoint_auth_method === 'none';
  return (
    <TaggedForm
      edit={edit}
      action={words.clientAction}
      isEdit={false}
      names={namesOf(fields)}
      show={shownValue}
    >
      <ClientFields form={form} provider={provider} />
      {!isPublic && (
        <PasswordInput
          label={fieldWords.clientSecret}
          description={
            integration.client_id === null ? fieldWords.clientSecretHint : fieldWords.clientSecretKept
          }
          required={integration.client_id === null}
          maxLength={2_000}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': fieldWords.showSecret }}
          value={form.values.client_secret}
          error={form.error('client_secret')}
          onChange={({ currentTarget }) => form.set('client_secret', currentTarget.value)}
        />
      )}
      <ProviderFields form={form} provider={provider} fields={fields} />
    </TaggedForm>
  );
}

function isSecretMissing(values: IntegrationValues, { client_id: clientId }: Integration): boolean {
  if (values.token_endpoint_auth_method === 'none' || clientId !== null) return false;
  return values.client_secret === '';
}

interface TestStepProps {
  integration: Integration;
  onBack: () => void;
  onDone: () => void;
}

export function TestStep({ integration, onBack, onDone }: TestStepProps) {
  const [isOk, setOk] = useState<boolean>();
  if (integration.state === 'draft')
    return (
      <>
        <p>{t.integrations.test.draft}</p>
        <Group>
          <Button onClick={onBack}>{t.integrations.test.toClient}</Button>
        </Group>
      </>
    );
  return (
    <>
      <TestPanel id={integration.id} isAuto onResult={setOk} />
      <Group gap={8}>
        <Button variant={isOk ? 'filled' : 'default'} onClick={onDone}>
          {isOk ? words.goOn : words.skip}
        </Button>
        {!isOk && (
          <Button variant={isOk === false ? 'filled' : 'default'} onClick={onBack}>
            {t.integrations.test.toClient}
          </Button>
        )}
      </Group>
    </>
  );
}

export function ConnectStep({ integration: { id, name } }: { integration: Integration }) {
  return (
    <>
      <p>{words.doneDetail(name)}</p>
      <Group gap={8}>
        <Allowed to="connect:write">
          <Button
            leftSection={<IconLinkPlus size={16} />}
            renderRoot={(props) => (
              <Link to="/connect-links" search={{ new: true, integration: id }} {...props} />
            )}
          >
            {words.makeLink}
          </Button>
        </Allowed>
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/integrations/$id" params={{ id }} {...props} />}
        >
          {words.open}
        </Button>
      </Group>
    </>
  );
}
