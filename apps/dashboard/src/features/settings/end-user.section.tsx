import { Button, Stack, TextInput } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { looksLikeToken } from '../../ui/token-like.js';
import { EndUserHeld } from './end-user-held.js';
import { endUserQuery } from './settings.query.js';
import type { SettingsSearch } from './settings.search.js';
import classes from './settings.module.css';

const words = t.settings.endUser;

/** By the id that the platform knows the person by: what is held, and their removal. */
export function EndUserSection() {
  const search: SettingsSearch = useSearch({ from: '/app/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const { end_user: id } = search;
  const [typed, setTyped] = useState(id ?? '');
  const [isToken, setToken] = useState(false);
  const query = useQuery({ ...endUserQuery(id ?? ''), enabled: id !== undefined });
  const lookUp = (event: FormEvent): void => {
    event.preventDefault();
    const next = typed.trim() || undefined;
    // What a link named is one’s own id, whatever it looks like.
    const isOdd = next !== undefined && next !== id && looksLikeToken(next);
    setToken(isOdd);
    if (isOdd) return;
    if (next === id) void query.refetch();
    else void navigate({ search: { ...search, end_user: next }, resetScroll: false });
  };
  return (
    <Card>
      <Stack gap={16} className={classes.form}>
        <p className={classes.what}>{words.what}</p>
        <form className={classes.lookUp} onSubmit={lookUp}>
          <TextInput
            label={words.id}
            value={typed}
            error={isToken && t.form.token}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <Button type="submit" variant="default" leftSection={<IconUserSearch size={16} />}>
            {words.lookUp}
          </Button>
        </form>
        {id !== undefined && (
          <Loaded query={query} rows={3}>
            {(held) => <EndUserHeld held={held} onChanged={() => void query.refetch()} />}
          </Loaded>
        )}
      </Stack>
    </Card>
  );
}
