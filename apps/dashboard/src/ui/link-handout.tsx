import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconExternalLink, IconPlugConnected } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { outdateLists } from '../api/connection-lists.js';
import { watchedLink, type WatchedLink } from '../api/connect-links.query.js';
import { t } from '../messages/index.js';
import { CopyField } from './copy-field.js';
import { LinkState } from './link-state.js';
import { Moment } from './moment.js';
import { Loaded } from './states.js';

const words = t.connectLink;

interface LinkHandoutProps {
  id: string;
  /** Only in the answer that made it; gone with a reload. */
  url: string | undefined;
}

/** A connect link to hand out, and what becomes of it. */
export function LinkHandout({ id, url }: LinkHandoutProps) {
  const query = useQuery(watchedLink(id));
  const queries = useQueryClient();
  const state = query.data?.state;
  useEffect(() => {
    // Whatever lists links or connections beside this one is old now.
    if (state !== 'completed') return;
    void queries.invalidateQueries({ queryKey: ['connections'] });
    void outdateLists(queries);
  }, [state, queries]);
  const isUsable = !query.data || state === 'open' || state === 'failed';
  return (
    <Stack gap={16}>
      {url && isUsable && (
        <>
          <CopyField label={words.url} description={words.urlOnce} value={url} autoFocus />
          <Group gap={8}>
            <Button
              component="a"
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              leftSection={<IconExternalLink size={14} />}
            >
              {words.open}
            </Button>
          </Group>
        </>
      )}
      <Loaded query={query} rows={2}>
        {(link) => <Outcome link={link} isHere={url !== undefined} />}
      </Loaded>
    </Stack>
  );
}

function Outcome({ link, isHere }: { link: WatchedLink; isHere: boolean }) {
  const who = link.end_user.display_name ?? link.end_user.email ?? link.end_user.id;
  return (
    <Stack gap={12} role="status">
      <Group gap={8}>
        <LinkState state={link.state} />
        {link.completed_at ? (
          <Moment at={link.completed_at} />
        ) : (
          <span>
            {words.until} <Moment at={link.expires_at} />
          </span>
        )}
      </Group>
      <span>{words.what[link.state](who)}</span>
      {!isHere && link.state === 'open' && <span>{words.urlGone}</span>}
      {link.failure && (
        <Alert color="yellow" variant="light" title={words.refused(link.failure.code)}>
          {link.failure.detail}
        </Alert>
      )}
      {link.connection && link.state === 'completed' && (
        <Group gap={8}>
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={14} />}
            renderRoot={(props) => (
              <Link to="/connections/$id" params={{ id: link.connection ?? '' }} {...props} />
            )}
          >
            {words.toConnection}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
