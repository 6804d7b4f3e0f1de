import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { linesOf } from '../../ui/line-errors.js';
import { utcMinute } from '../../ui/moment.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { apiKeyQuery, readApiKey, updateApiKey, type ApiKey } from './api-keys.query.js';
import {
  checkReach,
  expiryChoices,
  NameField,
  ReachFields,
  reachFieldOf,
  type KeyReach,
} from './key-fields.js';
import { expiryOf } from './key-state.js';

const words = t.apiKeys.form;

interface EditKeyDialogProps {
  id: string;
  isOpen: boolean;
  onClose: () => void;
}

/** Name, end and networks; scopes are for good. */
export function EditKeyDialog({ id, isOpen, onClose }: EditKeyDialogProps) {
  const query = useQuery({ ...apiKeyQuery(id), enabled: isOpen });
  return (
    <FormDialog isOpen={isOpen} onClose={onClose} title={words.editTitle(query.data?.data.name ?? '')}>
      <Loaded query={query}>
        {({ data, etag }) => <EditKeyForm apiKey={data} etag={etag} onClose={onClose} />}
      </Loaded>
    </FormDialog>
  );
}

/** When it ends now, as a choice: kept, unless another is chosen. */
const endOf = (key: ApiKey): string => key.expires_at ?? 'never';

const valuesOf = (key: ApiKey): KeyReach => ({
  name: key.name,
  expires: endOf(key),
  date: '',
  networks: (key.allowed_addresses ?? []).join('\n'),
});

function EditKeyForm({ apiKey, etag, onClose }: { apiKey: ApiKey; etag: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { id } = apiKey;
  // What it was when this form opened, and what somebody else made of it since.
  const [ends, setEnds] = useState([endOf(apiKey)]);
  const edit = useTaggedForm<KeyReach>({
    initial: { values: valuesOf(apiKey), etag },
    check: (values) => ({
      ...checkReach(values),
      ...(values.expires === 'never' && ends.at(-1) !== 'never' && { expires: words.endStays }),
    }),
    fieldOf: reachFieldOf,
    readAgain: async () => {
      const now = await readApiKey(id);
      setEnds((before) => [...before, endOf(now.data)]);
      return { values: valuesOf(now.data), etag: now.etag };
    },
    save: async ({ name, expires, date, networks }, tag) => {
      const lines = linesOf(networks);
      await updateApiKey(id, tag, {
        name: name.trim(),
        expires_at: expires === ends.at(-1) ? undefined : expiryOf(expires, date, Date.now()),
        allowed_addresses: lines.length > 0 ? lines : null,
      });
      await queries.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    },
  });
  const expiries = [
    ...[...new Set(ends)].map((end) => ({ value: end, label: words.keepExpiry(endWords(end)) })),
    ...expiryChoices(['30', '90', '365', 'date']),
  ];
  return (
    <TaggedForm edit={edit} action={t.actions.save} onCancel={onClose} names={names} show={show}>
      <NameField form={edit.form} hint={words.nameHint} />
      <ReachFields form={edit.form} expiries={expiries} />
    </TaggedForm>
  );
}

const endWords = (end: string): string => (end === 'never' ? t.apiKeys.noEnd : utcMinute(end));

const names = { ...words.fields, date: words.date };
const show = (name: keyof KeyReach, values: KeyReach): string => {
  if (name === 'networks') return linesOf(values.networks).join(', ') || t.apiKeys.anywhere;
  if (name === 'expires') return words.expiries[values.expires as '30'] ?? endWords(values.expires);
  return values[name];
};
