import { Alert, Button, Group, Stack, Table } from '@mantine/core';
import { useLayoutEffect, useRef, useState, type FormEvent, type ReactNode, type RefObject } from 'react';
import { ApiProblem } from '../api/problem.js';
import { t } from '../messages/index.js';
import { ProblemAlert } from './danger-dialog.js';
import { LeaveGuard } from './leave-guard.js';

export interface Form<V> {
  values: V;
  set: <K extends keyof V>(name: K, value: V[K]) => void;
  /** The words beside a field: from its own check, or from the problem’s pointers. */
  error: (name: keyof V & string) => string | undefined;
  isDirty: boolean;
  isBusy: boolean;
  problem: ApiProblem | undefined;
  /** How many fields the problem is about; 0 where it is about something else, too. */
  blamed: number;
  /** How often submitting was refused, by its own check or by the API. */
  refusals: number;
  submit: (event?: FormEvent) => Promise<void>;
  reset: (values: V) => void;
}

interface FormOptions<V> {
  initial: V;
  /** Fields that are wrong, in words; an empty object lets it through. */
  check?: (values: V) => Partial<Record<keyof V & string, string>>;
  /** JSON pointer of the request → field, where they differ: `/settings/tenant` is `tenant` by default (last segment). */
  fieldOf?: (pointer: string) => (keyof V & string) | undefined;
  onSubmit: (values: V) => Promise<unknown>;
}

/** Values, checks, the problem’s pointers at their fields. Submitting is always possible: it says what is missing. */
export function useForm<V extends object>({ initial, check, fieldOf, onSubmit }: FormOptions<V>): Form<V> {
  const [values, setValues] = useState(initial);
  const [clean, setClean] = useState(initial);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const [refusals, setRefusals] = useState(0);
  const refuse = (): void => setRefusals((before) => before + 1);
  const own = isTried ? (check?.(values) ?? {}) : {};
  const fromProblem = new Map(
    (problem?.fields ?? []).map(({ pointer, detail }) => [
      fieldOf?.(pointer) ?? fieldNamed(pointer, values),
      detail,
    ]),
  );
  return {
    values,
    set: (name, value) => setValues((before) => ({ ...before, [name]: value })),
    error: (name) => (own as Record<string, string>)[name] ?? fromProblem.get(name),
    isDirty: JSON.stringify(values) !== JSON.stringify(clean),
    isBusy,
    problem,
    blamed: [...fromProblem.keys()].every((name) => name in values) ? fromProblem.size : 0,
    refusals,
    reset(next) {
      setValues(next);
      setClean(next);
      setTried(false);
      setProblem(undefined);
    },
    async submit(event) {
      event?.preventDefault();
      event?.stopPropagation();
      setTried(true);
      setProblem(undefined);
      if (Object.keys(check?.(values) ?? {}).length > 0) return refuse();
      setBusy(true);
      try {
        await onSubmit(values);
        setClean(values);
        setTried(false);
      } catch (thrown) {
        setProblem(ApiProblem.from(thrown));
        refuse();
      } finally {
        setBusy(false);
      }
    },
  };
}

function fieldNamed(pointer: string, values: object): string {
  const segments = pointer.split('/').slice(1);
  return segments.findLast((segment) => segment in values) ?? '';
}

/**
 * After each refusal the focus goes to the first field that is wrong. `isDrawn`: all that the problem says stands
 * beside fields; what no field shows is for an alert.
 */
export function useFaults<V>(form: Form<V>): {
  element: RefObject<HTMLFormElement | null>;
  isDrawn: boolean;
} {
  const element = useRef<HTMLFormElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  useLayoutEffect(() => {
    if (form.refusals === 0) return;
    const wrong = [...(element.current?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? [])];
    // Where it is folded away, nobody would see it.
    wrong[0]?.closest('details')?.setAttribute('open', '');
    wrong[0]?.focus();
    setDrawn(form.blamed > 0 && wrong.length >= form.blamed);
  }, [form.refusals]);
  return { element, isDrawn };
}

interface EditFormProps<V> {
  form: Form<V>;
  action: string;
  onCancel?: () => void;
  /** Of something that is there: there is nothing to do before something is changed. */
  isEdit?: boolean;
  /** What somebody else saved meanwhile is shown within. */
  isLostShown?: boolean;
  children: ReactNode;
}

/** The frame of a form: fields, what was refused, the buttons; leaving with unsaved words asks first. */
export function EditForm<V extends object>({
  form,
  action,
  onCancel,
  isEdit = false,
  isLostShown = false,
  children,
}: EditFormProps<V>) {
  const { element, isDrawn } = useFaults(form);
  const isLost = isLostShown && form.problem?.slug === 'precondition-failed';
  return (
    <form ref={element} onSubmit={(event) => void form.submit(event)} noValidate>
      <Stack gap={16}>
        {children}
        {form.problem && !isDrawn && !isLost && <ProblemAlert problem={form.problem} />}
        <Group gap={8}>
          <Button
            type="submit"
            variant={isEdit && !form.isDirty ? 'default' : 'filled'}
            loading={form.isBusy}
          >
            {action}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t.actions.cancel}
            </Button>
          )}
        </Group>
      </Stack>
      <LeaveGuard isDirty={form.isDirty && !form.isBusy} />
    </form>
  );
}

interface LostEditProps {
  /** Of the fields that differ: what is there now, and what this person typed. */
  differences: readonly { name: string; theirs: string; mine: string }[];
  onTakeTheirs: () => void;
  onOverwrite: () => void;
}

/** 412: somebody else was quicker. Theirs and mine, side by side; nothing is overwritten unasked. */
export function LostEdit({ differences, onTakeTheirs, onOverwrite }: LostEditProps) {
  return (
    <Alert color="yellow" variant="light" role="alert" title={t.failure.changed}>
      <Stack gap={12}>
        <span>{t.failure.changedDetail}</span>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Td />
              <Table.Th>{t.failure.theirs}</Table.Th>
              <Table.Th>{t.failure.mine}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ name, theirs, mine }) => (
              <Table.Tr key={name}>
                <Table.Th>{name}</Table.Th>
                <Table.Td>{theirs}</Table.Td>
                <Table.Td>{mine}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group gap={8}>
          <Button variant="default" onClick={onTakeTheirs}>
            {t.failure.takeTheirs}
          </Button>
          <Button variant="default" onClick={onOverwrite}>
            {t.failure.overwrite}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
