import { Anchor, Button, Group, Stack } from '@mantine/core';
import { IconCircleCheck, IconLoader, IconPlayerStop } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { DangerDialog, ProblemAlert } from '../../ui/danger-dialog.js';
import { Moment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Facts } from '../../ui/page.js';
import { StateBadge, ToneBadge } from '../../ui/state-badge.js';
import { previewRemoval, removeEndUser, type EndUser, type EndUserPreview } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.endUser;

const looks = {
  revoking: { tone: 'wait', icon: IconLoader },
  erased: { tone: 'ok', icon: IconCircleCheck },
  stopped: { tone: 'warn', icon: IconPlayerStop },
} as const;

/** What is held of a person; how far their removal is; the way to it. */
export function EndUserHeld({ held, onChanged }: { held: EndUser; onChanged: () => void }) {
  const [preview, setPreview] = useState<EndUserPreview>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setPreview(await previewRemoval(held.id));
    } catch (thrown) {
      setProblem(ApiProblem.from(thrown));
    }
    setBusy(false);
  };
  const isHeld = held.connections + held.connect_sessions > 0;
  return (
    <Stack gap={16}>
      <div role="status">{words.holds(held.connections, held.connect_sessions)}</div>
      {held.by_state.length > 0 && (
        <Facts
          facts={held.by_state.map(({ state, count: many }) => [count(many), <StateBadge state={state} />])}
        />
      )}
      {held.removal && <Removal removal={held.removal} />}
      {problem && <ProblemAlert problem={problem} />}
      {isHeld && held.removal?.state !== 'revoking' && (
        <Allowed to="connections:revoke">
          <Group>
            <Button
              variant="default"
              c="var(--mantine-color-error)"
              loading={isBusy}
              onClick={() => void ask()}
            >
              {words.remove}
            </Button>
          </Group>
        </Allowed>
      )}
      <DangerDialog
        isOpen={preview !== undefined}
        onClose={() => setPreview(undefined)}
        title={words.title2(held.id)}
        action={words.action(held.id)}
        typed={held.id}
        reason
        onConfirm={async (reason) => {
          await removeEndUser(held.id, preview?.connections ?? 0, reason);
          onChanged();
        }}
      >
        {preview && <Effects preview={preview} />}
      </DangerDialog>
    </Stack>
  );
}

function Removal({ removal }: { removal: NonNullable<EndUser['removal']> }) {
  const { state, erased, connections, revocation, created_at: at } = removal;
  return (
    <Stack gap={8}>
      <Facts
        facts={[
          [words.removal, <ToneBadge {...looks[state]}>{words.states[state]}</ToneBadge>],
          [words.byState, words.erased(erased, connections)],
          [words.asked, <Moment at={at} />],
        ]}
      />
      <div>
        {words.stateWhat[state]}{' '}
        <Anchor renderRoot={(props) => <Link {...props} to="/kill-switch/$id" params={{ id: revocation }} />}>
          {words.toJob}
        </Anchor>
      </div>
    </Stack>
  );
}

function Effects({ preview }: { preview: EndUserPreview }) {
  const { connections, connect_sessions: links, revoked } = preview;
  return (
    <>
      <p>{words.confirmCount(connections, links)}</p>
      {revoked.count > 0 && (
        <>
          {words.confirmRevoked(revoked.count)}
          <ul className={classes.effects}>
            {revoked.by_provider.map(({ provider, name, count: many, revocation, withheld }) => (
              <li key={provider}>
                {`${name} (${count(many)}): ${words.support[revocation]}`}
                {withheld > 0 && `; ${words.withheld(withheld)}`}
              </li>
            ))}
          </ul>
        </>
      )}
      <p>{words.approval}</p>
    </>
  );
}
