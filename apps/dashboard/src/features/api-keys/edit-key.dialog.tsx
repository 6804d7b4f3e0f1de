import { useQuery, useQueryClient } from '@tanstack/react-query';
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

const valuesOf = (key: ApiKey): KeyReach => ({
  name: key.name,
  expires: 'keep',
  date: '',
  networks: (key.allowed_addresses ?? []).join('\n'),
});

function EditKeyForm({ apiKey, etag, onClose }: { apiKey: ApiKey; etag: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { id } = apiKey;
  const edit = useTaggedForm<KeyReach>({
    initial: { values: valuesOf(apiKey), etag },
    check: checkReach,
    fieldOf: reachFieldOf,
    readAgain: async () => {
      const now = await readApiKey(id);
      return { values: valuesOf(now.data), etag: now.etag };
    },
    save: async ({ name, expires, date, networks }, tag) => {
      const lines = linesOf(networks);
      await updateApiKey(id, tag, {
        name: name.trim(),
        expires_at: expiryOf(expires, date, Date.now()),
        allowed_addresses: lines.length > 0 ? lines : null,
      });
      await queries.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    },
  });
  const kept = apiKey.expires_at ? utcMinute(apiKey.expires_at) : t.apiKeys.noEnd;
  const expiries = [
    { value: 'keep', label: words.keepExpiry(kept) },
    ...expiryChoices(['30', '90', '365', 'date']),
  ];
  return (
    <TaggedForm edit={edit} action={t.actions.save} onCancel={onClose} names={names} show={show}>
      <NameField form={edit.form} hint={words.nameHint} />
      <ReachFields form={edit.form} expiries={expiries} />
    </TaggedForm>
  );
}

const names = { ...words.fields, date: words.date };
const show = (name: keyof KeyReach, values: KeyReach): string => {
  if (name === 'networks') return linesOf(values.networks).join(', ') || t.apiKeys.anywhere;
  if (name === 'expires') return words.expiries[values.expires as '30'] ?? t.time.none;
  return values[name];
};
