import { Button, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { t } from '../../messages/index.js';
import { DangerDialog, ProblemAlert } from '../../ui/danger-dialog.js';
import { asPage, DataTable, type Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { Card } from '../../ui/page.js';
import { usePreference } from '../../ui/preference.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { ApiProblem } from '../../api/problem.js';
import { browserName } from './browser-name.js';
import { endOtherSessions, endSession, sessionsQuery, type ListedSession } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.you;

function whereOf({ user_agent: agent }: ListedSession): string {
  const name = browserName(agent);
  if (!name) return words.unknownBrowser;
  return name.system ? words.onSystem(name.browser, name.system) : name.browser;
}

const columns: readonly Column<ListedSession>[] = [
  {
    id: 'where',
    header: words.columns.where,
    cell: (session) => <span title={session.user_agent ?? undefined}>{whereOf(session)}</span>,
  },
  { id: 'address', header: words.columns.address, cell: ({ address }) => address, priority: 2 },
  {
    id: 'started',
    header: words.columns.started,
    cell: ({ created_at: at }) => <Moment at={at} />,
    priority: 3,
  },
  { id: 'seen', header: words.columns.seen, cell: ({ last_seen_at: at }) => <Moment at={at} />, priority: 2 },
  {
    id: 'expires',
    header: words.columns.expires,
    cell: ({ expires_at: at }) => <Moment at={at} />,
    priority: 3,
  },
];

/** One's own sessions, and how they like the dashboard. */
export function YouSection() {
  return (
    <>
      <Sessions />
      <Preferences />
    </>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const query = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const shown = useMemo(() => {
    const end = async ({ id }: ListedSession): Promise<void> => {
      try {
        await endSession(id);
        setProblem(undefined);
        toast(words.ended);
      } catch (thrown) {
        setProblem(ApiProblem.from(thrown));
      }
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    };
    const actions: Column<ListedSession> = {
      id: 'actions',
      header: words.columns.actions,
      align: 'end',
      cell: (session) =>
        session.current ? (
          <ToneBadge tone="ok">{words.current}</ToneBadge>
        ) : (
          <Button
            variant="subtle"
            color="red"
            aria-label={words.endOf(whereOf(session), session.address)}
            onClick={() => void end(session)}
          >
            {words.end}
          </Button>
        ),
    };
    return [...columns, actions];
  }, [queries]);
  const hasOthers = query.data?.some(({ current }) => !current) ?? false;
  return (
    <Stack gap={8} className={classes.summary}>
      <div className={classes.line}>
        <h3>{words.sessions}</h3>
        {hasOthers && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {words.endOthers}
          </Button>
        )}
      </div>
      {problem && <ProblemAlert problem={problem} />}
      <DataTable
        label={words.sessions}
        columns={shown}
        query={asPage(query)}
        idOf={({ id }) => id}
        nameOf={whereOf}
        empty={<Empty title={words.noSessions} />}
      />
      <DangerDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.endOthersTitle}
        action={words.endOthers}
        onConfirm={async () => {
          const { ended } = await endOtherSessions();
          await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
          toast(words.othersEnded(ended));
        }}
      >
        {words.endOthersWhat}
      </DangerDialog>
    </Stack>
  );
}

function Preferences() {
  const [density, setDensity] = usePreference('density');
  const [hasLetters, setLetters] = usePreference('letter_shortcuts');
  const [colorScheme, setColorScheme] = usePreference('color_scheme');
  const { light, dark, auto, label } = t.shell.theme;
  return (
    <Stack gap={8} className={classes.summary}>
      <h3>{words.preferences}</h3>
      <p className={classes.what}>{words.preferencesWhat}</p>
      <Card>
        <Stack gap={16}>
          <div className={classes.line}>
            <Text size="sm">{words.density}</Text>
            <SegmentedControl
              aria-label={words.density}
              value={density}
              onChange={setDensity}
              data={[
                { value: 'comfortable', label: t.table.comfortable },
                { value: 'compact', label: t.table.compact },
              ]}
            />
          </div>
          <div className={classes.line}>
            <Text size="sm">{words.scheme}</Text>
            <SegmentedControl
              aria-label={label}
              value={colorScheme}
              onChange={setColorScheme}
              data={[
                { value: 'light', label: light },
                { value: 'dark', label: dark },
                { value: 'auto', label: auto },
              ]}
            />
          </div>
          <Switch
            label={words.letters}
            description={words.lettersHint}
            checked={hasLetters}
            onChange={({ currentTarget }) => setLetters(currentTarget.checked)}
          />
        </Stack>
      </Card>
    </Stack>
  );
}
