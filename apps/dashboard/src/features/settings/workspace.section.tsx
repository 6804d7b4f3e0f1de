import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { IconCircleCheck, IconLock } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { renewSession, type Tagged } from '../../api/client.js';
import { ApiProblem } from '../../api/problem.js';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { DangerDialog, ProblemAlert } from '../../ui/danger-dialog.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Card, Facts } from '../../ui/page.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import { readWorkspace, updateWorkspace, workspaceQuery, type OwnWorkspace } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.workspace;

export function WorkspaceSection() {
  const id = usePageState().session?.workspace?.id ?? '';
  const query = useQuery(workspaceQuery(id));
  return (
    <Card>
      <Loaded query={query}>
        {(tagged) => (
          <Stack gap={24} className={classes.form}>
            <Facts
              facts={[
                [words.id, <Identifier id={id} whole />],
                [words.created, <Moment at={tagged.data.created_at} />],
              ]}
            />
            <WorkspaceForm key={id} tagged={tagged} />
            <Suspension tagged={tagged} />
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

interface Values {
  name: string;
  above: number | string;
}
const valuesOf = ({ name, approval_above: above }: OwnWorkspace): Values => ({ name, above: above ?? '' });

function WorkspaceForm({ tagged }: { tagged: Tagged<OwnWorkspace> }) {
  const { id } = tagged.data;
  const queries = useQueryClient();
  const edit = useTaggedForm<Values>({
    initial: { values: valuesOf(tagged.data), etag: tagged.etag },
    check: ({ name, above }) => ({
      ...(name.trim() === '' && { name: t.form.required }),
      ...(above !== '' && !Number.isInteger(above) && { above: words.approvalOdd }),
    }),
    fieldOf: (pointer) => (pointer === '/approval_above' ? 'above' : 'name'),
    readAgain: async () => {
      const now = await readWorkspace(id);
      return { values: valuesOf(now.data), etag: now.etag };
    },
    save: async ({ name, above }, etag) => {
      const wish = { name: name.trim(), approval_above: above === '' ? null : Number(above) };
      const saved = await updateWorkspace(id, etag, wish);
      queries.setQueryData(workspaceQuery(id).queryKey, saved);
      await renewSession();
      toast(words.saved);
      return saved.etag;
    },
  });
  const { form } = edit;
  return (
    <TaggedForm edit={edit} action={t.actions.save} names={words.fields} show={show}>
      <TextInput
        label={words.name}
        required
        maxLength={200}
        value={form.values.name}
        error={form.error('name')}
        onChange={({ currentTarget }) => form.set('name', currentTarget.value)}
      />
      <NumberInput
        label={words.approvalAbove}
        description={words.approvalAboveHint}
        placeholder={words.asInstalled}
        min={0}
        max={1_000_000_000}
        allowDecimal={false}
        thousandSeparator=","
        hideControls
        value={form.values.above}
        error={form.error('above')}
        onChange={(above) => form.set('above', above)}
      />
    </TaggedForm>
  );
}

const show = (name: keyof Values, values: Values): string => {
  if (name === 'name') return values.name;
  return values.above === '' ? words.asInstalled : count(Number(values.above));
};

/** Suspending names what it does; resuming takes nothing away. */
function Suspension({ tagged: { data, etag } }: { tagged: Tagged<OwnWorkspace> }) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const turn = async (state: OwnWorkspace['state']): Promise<void> => {
    const saved = await updateWorkspace(data.id, etag, { state }).catch(async (thrown: unknown) => {
      // Somebody else changed it: the next try is of what is there now.
      await queries.invalidateQueries(workspaceQuery(data.id));
      throw thrown;
    });
    queries.setQueryData(workspaceQuery(data.id).queryKey, saved);
    await renewSession();
  };
  const resume = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await turn('active');
      toast(words.resumed);
    } catch (thrown) {
      setProblem(ApiProblem.from(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <div className={classes.line}>
        {data.state === 'active' ? (
          <>
            <ToneBadge tone="ok" icon={IconCircleCheck}>
              {words.active}
            </ToneBadge>
            <Button variant="default" c="var(--mantine-color-error)" onClick={() => setAsking(true)}>
              {words.suspend}
            </Button>
          </>
        ) : (
          <>
            <Group gap={8}>
              <ToneBadge tone="off" form="filled" icon={IconLock}>
                {words.suspended}
              </ToneBadge>
              {words.suspendedWhat}
            </Group>
            <Button loading={isBusy} onClick={() => void resume()}>
              {words.resume}
            </Button>
          </>
        )}
      </div>
      {problem && <ProblemAlert problem={problem} />}
      <DangerDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.suspendTitle(data.name)}
        action={words.suspendAction(data.name)}
        typed={data.name}
        onConfirm={() => turn('suspended')}
      >
        {words.suspendWhat}
      </DangerDialog>
    </>
  );
}
