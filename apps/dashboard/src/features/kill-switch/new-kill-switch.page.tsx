import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { LivesBy } from '../../ui/leave-guard.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { Failure, Loading } from '../../ui/states.js';
import { toast, toastProblem } from '../../ui/toasts.js';
import { ConfirmStep } from './confirm.step.js';
import { liftFreeze, previewQuery, requestFreeze, requestRevocation } from './kill-switch.query.js';
import type { NewKillSwitchSearch } from './kill-switch.search.js';
import { PreviewStep } from './preview.step.js';
import { isListLost, searchOf, selectorOf, valuesOf, type Kind, type Selector } from './selector-values.js';
import { SelectorForm } from './selector.form.js';
import classes from './kill-switch.module.css';
import { Steps, type StepName } from './steps.js';

const words = t.newKillSwitch;
const byAll = (search: object) => search;

/** Selector, preview, confirmation: a URL each. */
export function NewKillSwitchPage() {
  const search: NewKillSwitchSearch = useSearch({ from: '/app/kill-switch/new' });
  const listed = useLocation({ select: ({ state }) => state.connections });
  const kind = search.kind ?? 'revoke';
  const selector = selectorOf(search, listed);
  // A step whose selector is not all there is the first one: nothing is counted by half of it.
  const step: StepName = selector ? (search.step ?? 'select') : 'select';
  const props = { kind, selector: selector as Selector };
  return (
    <Page
      title={words.title[kind]}
      crumbs={<Link to="/kill-switch">{t.killSwitch.title}</Link>}
      status={step === 'select' ? words.select.status : undefined}
      narrow={step !== 'preview'}
    >
      <NeedsPermission permission="connections:revoke">
        <Steps current={step} />
        <LivesBy value={byAll}>
          {step === 'select' && <Select search={search} listed={listed} />}
          {step === 'preview' && <Preview {...props} />}
          {step === 'confirm' && <Confirm {...props} isUncounted={search.uncounted === true} />}
        </LivesBy>
      </NeedsPermission>
    </Page>
  );
}

/** Goes to another step with the same selector, in the URL and in the history entry. */
function useGo() {
  const navigate = useNavigate({ from: '/kill-switch/new' });
  const search: NewKillSwitchSearch = useSearch({ from: '/app/kill-switch/new' });
  return (change: Pick<NewKillSwitchSearch, 'step' | 'kind' | 'uncounted'>): void =>
    void navigate({ search: { ...search, uncounted: undefined, ...change }, state: true });
}

function Select({ search, listed }: { search: NewKillSwitchSearch; listed: readonly string[] | undefined }) {
  const navigate = useNavigate({ from: '/kill-switch/new' });
  const initial = valuesOf(search, listed);
  return (
    <SelectorForm
      key={JSON.stringify(search)}
      initial={initial}
      warning={warningOf(search, listed)}
      onSubmit={async (values) => {
        const next = searchOf(values);
        // This step's own entry keeps what was typed: Back comes back to it.
        await navigate({ ...next, replace: true, ignoreBlocker: true });
        await navigate({
          search: { ...next.search, step: 'preview' },
          state: next.state,
          ignoreBlocker: true,
        });
      }}
    />
  );
}

function warningOf(search: NewKillSwitchSearch, listed: readonly string[] | undefined): string | undefined {
  if (search.odd) return words.select.odd(search.odd.replaceAll(',', ', '));
  return isListLost(search, listed) ? words.select.lostList(search.listed ?? '') : undefined;
}

interface StepProps {
  kind: Kind;
  selector: Selector;
}

function Preview({ kind, selector }: StepProps) {
  const go = useGo();
  return (
    <PreviewStep
      {...{ kind, selector }}
      onBack={() => go({ step: undefined })}
      onNext={() => go({ step: 'confirm' })}
      onFreezeUncounted={() => go({ step: 'confirm', kind: 'freeze', uncounted: true })}
    />
  );
}

function Confirm({ kind, selector, isUncounted }: StepProps & { isUncounted: boolean }) {
  const go = useGo();
  const confirm = useConfirm({ kind, selector });
  const isBlind = isUncounted && kind === 'freeze';
  const query = useQuery({ ...previewQuery(kind, selector), enabled: !isBlind });
  if (!isBlind && query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!isBlind && !query.data) return <Loading />;
  const counted =
    isBlind || !query.data
      ? undefined
      : {
          count: query.data.count,
          at: new Date(query.dataUpdatedAt).toISOString(),
          needsApproval: query.data.needs_approval ?? false,
        };
  return (
    <>
      <p className={classes.lead}>
        {counted ? words.confirm.status[kind](count(counted.count)) : words.confirm.status.freezeBlind}
      </p>
      <ConfirmStep
        {...{ kind, selector, counted }}
        onBack={() => go({ step: isBlind ? undefined : 'preview' })}
        onConfirm={(reason) => confirm(reason, counted?.count)}
      />
    </>
  );
}

/** Asks for it, and goes to where it is seen. A freeze can be undone from the toast. */
function useConfirm({ kind, selector }: StepProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async (reason: string, expected: number | undefined): Promise<void> => {
    if (kind === 'revoke') {
      const { id } = await requestRevocation(selector, reason, expected ?? 0);
      await queries.invalidateQueries({ queryKey: ['approvals'] });
      return navigate({ to: '/kill-switch/$id', params: { id } });
    }
    const { id, targets } = await requestFreeze(selector, reason, expected);
    toast(words.confirm.frozen(count(targets.total)), () => {
      liftFreeze(id)
        .then(() => queries.invalidateQueries({ queryKey: ['revocation', id] }))
        .then(() => toast(words.confirm.unfrozen))
        .catch((thrown: unknown) => toastProblem(thrown));
    });
    return navigate({ to: '/kill-switch/$id', params: { id } });
  };
}
