import { PasswordInput, Radio, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { t } from '../../messages/index.js';
import { EditForm, useForm, type Form } from '../../ui/edit-form.js';
import { createStream } from './signals.query.js';
import { checkNewStream, newStreamOf, noStream, streamKinds, type NewStreamValues } from './stream.form.js';
import classes from './signals.module.css';

const words = t.signals.form;

interface NewStreamFormProps {
  onMade: (stream: { id: string; name: string; authorization: string }) => void;
  onCancel: () => void;
}

export function NewStreamForm({ onMade, onCancel }: NewStreamFormProps) {
  const form = useForm({
    initial: noStream,
    check: checkNewStream,
    onSubmit: async (values) => onMade(await createStream(newStreamOf(values))),
  });
  const { kind } = form.values;
  return (
    <EditForm form={form} action={words.submit} onCancel={onCancel}>
      <Radio.Group label={words.how} value={kind} onChange={(next) => form.set('kind', next)}>
        <Stack gap={8} mt={8}>
          {streamKinds.map((each) => (
            <Radio
              key={each}
              value={each}
              label={words.kinds[each].label}
              description={words.kinds[each].hint}
            />
          ))}
        </Stack>
      </Radio.Group>
      <TextField form={form} name="issuer" label={words.issuer} hint={words.issuerHint} type="url" />
      <TextField form={form} name="name" label={words.name} hint={words.nameHint} />
      {kind === 'transmitter' && <Managed form={form} />}
      {kind === 'poll' && <Polled form={form} />}
      <Advanced form={form} />
    </EditForm>
  );
}

interface FieldsProps {
  form: Form<NewStreamValues>;
}

interface TextFieldProps extends FieldsProps {
  name: Exclude<keyof NewStreamValues, 'kind' | 'managedDelivery'>;
  label: string;
  hint?: string;
  type?: 'url' | 'text';
}

function TextField({ form, name, label, hint, type = 'text' }: TextFieldProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      type={type}
      autoComplete="off"
      spellCheck={false}
      value={form.values[name]}
      error={form.error(name)}
      onChange={({ currentTarget }) => form.set(name, currentTarget.value)}
    />
  );
}

function SecretField({ form, name, label, hint }: TextFieldProps) {
  return (
    <PasswordInput
      label={label}
      description={hint}
      autoComplete="off"
      value={form.values[name]}
      error={form.error(name)}
      onChange={({ currentTarget }) => form.set(name, currentTarget.value)}
    />
  );
}

function Managed({ form }: FieldsProps) {
  return (
    <>
      <SecretField form={form} name="management_token" label={words.token} hint={words.tokenHint} />
      <div>
        <Text size="sm" fw={500} id="managed-delivery">
          {words.managedDelivery}
        </Text>
        <SegmentedControl
          aria-labelledby="managed-delivery"
          mt={4}
          data={[
            { value: 'push', label: words.kinds.push.label },
            { value: 'poll', label: words.kinds.poll.label },
          ]}
          value={form.values.managedDelivery}
          onChange={(next) => form.set('managedDelivery', next)}
        />
      </div>
    </>
  );
}

function Polled({ form }: FieldsProps) {
  return (
    <>
      <TextField form={form} name="poll_endpoint" label={words.pollEndpoint} type="url" />
      <SecretField
        form={form}
        name="poll_authorization"
        label={words.pollAuthorization}
        hint={words.pollAuthorizationHint}
      />
    </>
  );
}

function Advanced({ form }: FieldsProps) {
  const isWrong = ['jwks_uri', 'jwks', 'audience'].some(
    (name) => form.error(name as keyof NewStreamValues) !== undefined,
  );
  return (
    <details className={classes.advanced} open={isWrong || undefined}>
      <summary>{words.advanced}</summary>
      <Stack gap={16} mt={12}>
        <TextField form={form} name="jwks_uri" label={words.jwksUri} hint={words.jwksUriHint} type="url" />
        <Textarea
          label={words.jwks}
          description={words.jwksHint}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          value={form.values.jwks}
          error={form.error('jwks')}
          onChange={({ currentTarget }) => form.set('jwks', currentTarget.value)}
        />
        <Textarea
          label={words.audience}
          description={words.audienceHint}
          autosize
          minRows={2}
          spellCheck={false}
          value={form.values.audience}
          error={form.error('audience')}
          onChange={({ currentTarget }) => form.set('audience', currentTarget.value)}
        />
      </Stack>
    </details>
  );
}
