import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import type { Form } from '../../ui/edit-form.js';
import { Facts } from '../../ui/page.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import { defaultActions, eventWords, familyOf, inOrder, ownPolicies } from './event-types.js';
import { changeStream, streamQuery, type Stream } from './signals.query.js';
import classes from './signals.module.css';

const words = t.signals.form;
const actions = ['notify', 'freeze', 'revoke'] as const;

interface PolicyFormProps {
  stream: Stream;
  etag: string;
  onDone: () => void;
}

/** What is done about each type of event; what is left at its default is not said by the stream. */
export function PolicyForm({ stream, etag, onDone }: PolicyFormProps) {
  const queries = useQueryClient();
  const edit = useTaggedForm<Record<string, string>>({
    initial: { values: stream.policies, etag },
    save: async (values, tag) => {
      await changeStream(stream.id, tag, { policies: ownPolicies(values) });
      await queries.invalidateQueries({ queryKey: ['signals'] });
      toast(words.saved);
      onDone();
    },
    readAgain: async () => {
      const now = await queries.fetchQuery({ ...streamQuery(stream.id), staleTime: 0 });
      return { values: now.data.policies, etag: now.etag };
    },
  });
  const { form } = edit;
  const types = inOrder(form.values);
  return (
    <TaggedForm
      edit={edit}
      action={t.actions.save}
      onCancel={onDone}
      names={Object.fromEntries(types.map((type) => [type, eventWords(type)]))}
      show={(type, values) => t.signals.actions[values[type] ?? ''] ?? t.time.none}
    >
      <div className={classes.note}>
        <Facts
          facts={actions.map((action) => [
            t.signals.actions[action] ?? action,
            t.signals.actionsWhat[action],
          ])}
        />
        <p className={classes.foot}>{words.policyHint}</p>
      </div>
      <div className={classes.bounded} tabIndex={0} role="region" aria-label={words.policyTable}>
        <table className={`${classes.policy} ${classes.policyEdit}`} aria-label={t.signals.stream.policy}>
          <thead>
            <tr>
              <th scope="col">{t.signals.stream.event}</th>
              <th scope="col">{t.signals.stream.action}</th>
            </tr>
          </thead>
          <tbody>
            {types.map((type) => (
              <tr key={type}>
                <th scope="row" title={type}>
                  {eventWords(type)}
                  <small>{familyOf(type)}</small>
                </th>
                <td>
                  <NativeSelect
                    size="xs"
                    aria-label={eventWords(type)}
                    data={actions.map((action) => ({ value: action, label: optionOf(type, action) }))}
                    value={form.values[type] ?? 'notify'}
                    onChange={({ currentTarget }) => form.set(type, currentTarget.value)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <OtherType form={form} />
    </TaggedForm>
  );
}

function optionOf(type: string, action: string): string {
  const named = t.signals.actions[action] ?? action;
  return defaultActions[type] === action ? words.defaultOption(named) : named;
}

/** An event that the service does not know is told of, unless the stream says otherwise. */
function OtherType({ form }: { form: Form<Record<string, string>> }) {
  const [type, setType] = useState('');
  const [isTried, setTried] = useState(false);
  const add = (): void => {
    setTried(true);
    if (!URL.canParse(type.trim())) return;
    form.set(type.trim(), form.values[type.trim()] ?? 'notify');
    setType('');
    setTried(false);
  };
  return (
    <div className={classes.addType}>
      <TextInput
        label={words.otherType}
        description={words.otherTypeHint}
        value={type}
        spellCheck={false}
        error={isTried && type !== '' && !URL.canParse(type.trim()) && words.otherTypeBad}
        onChange={({ currentTarget }) => setType(currentTarget.value)}
      />
      <Button variant="default" onClick={add}>
        {words.addType}
      </Button>
    </div>
  );
}
