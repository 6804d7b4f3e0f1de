import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { DataTable } from '../../ui/data-table.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { Empty } from '../../ui/states.js';
import { apiKeyColumns } from './api-keys.columns.js';
import { apiKeysQuery, type CreatedApiKey } from './api-keys.query.js';
import { byOpen, type ApiKeysSearch } from './api-keys.search.js';
import { CreateKeyDialog } from './create-key.dialog.js';
import { KeyDetails } from './key-details.js';

const words = t.apiKeys;

interface ListProps {
  search: ApiKeysSearch;
  isCreating: boolean;
  onCreating: (isCreating: boolean) => void;
}

export function KeyList({ search, isCreating, onCreating }: ListProps) {
  const navigate = useNavigate({ from: '/api-keys' });
  const queries = useQueryClient();
  const [made, setMade] = useState<CreatedApiKey>();
  const query = useQuery({ ...apiKeysQuery(search.cursor), placeholderData: keepPreviousData });
  const go = (open: string | undefined) => void navigate({ search: { cursor: search.cursor, open } });
  const onMade = (key: CreatedApiKey): void => {
    setMade(key);
    void queries.invalidateQueries({ queryKey: ['api-keys'] });
  };
  return (
    <>
      <DataTable
        label={words.title}
        columns={apiKeyColumns}
        query={query}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        onOpen={({ id }) => go(id)}
        empty={<Empty title={words.empty}>{words.emptyWhat}</Empty>}
        cursor={search.cursor}
        onCursor={(cursor) => void navigate({ search: { cursor } })}
      />
      <LivesBy value={byOpen}>
        <KeyDetails id={search.open} onClose={() => go(undefined)} onRotated={onMade} />
        <CreateKeyDialog isOpen={isCreating} onClose={() => onCreating(false)} onCreated={onMade} />
      </LivesBy>
      <SecretOnce
        title={words.secret(made?.name ?? '')}
        secret={made?.key}
        onStored={() => setMade(undefined)}
      />
    </>
  );
}
