import { NativeSelect, NumberInput } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState, type FormEvent } from 'react';
import type { Tagged } from '../../api/client.js';
import { t } from '../../messages/index.js';
import { DangerDialog } from '../../ui/danger-dialog.js';
import type { Form } from '../../ui/edit-form.js';
import { count } from '../../ui/number.js';
import { Loaded } from '../../ui/states.js';
import { TaggedForm, useTaggedForm } from '../../ui/tagged-form.js';
import { toast } from '../../ui/toasts.js';
import {
  areDays,
  countedDays,
  isMaximum,
  newlyActing,
  rules,
  valuesOf,
  wishOf,
  type ReaperValues,
} from './reaper-values.js';
import {
  countsQuery,
  readReaperPolicy,
  reaperPolicyQuery,
  saveReaperPolicy,
  type ReaperPolicy,
  type Rule,
} from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.reaper;
type Counts = Record<Rule, number>;

/** The rules; what they would mean is counted while they are typed, and named before they act. */
export function ReaperForm({ tagged }: { tagged: Tagged<ReaperPolicy> }) {
  const queries = useQueryClient();
  const saved = useRef(valuesOf(tagged.data));
  const [isAsking, setAsking] = useState(false);
  const edit = useTaggedForm<ReaperValues>({
    initial: { values: saved.current, etag: tagged.etag },
    check,
    fieldOf: (pointer) => fieldOf[pointer],
    readAgain: async () => {
      const { data, etag } = await readReaperPolicy();
      return { values: valuesOf(data), etag };
    },
    save: async (values, etag) => {
      const answer = await saveReaperPolicy(etag, wishOf(values));
      saved.current = values;
      queries.setQueryData(reaperPolicyQuery.queryKey, answer);
      await queries.invalidateQueries({ queryKey: ['settings', 'reaper-candidates'] });
      toast(words.saved);
      return answer.etag;
    },
  });
  const { form } = edit;
  const { data: counts } = useCounts(form.values);
  const acting = newlyActing(form.values, saved.current);
  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (acting.length === 0 || Object.keys(check(form.values)).length > 0) return form.submit();
    setAsking(true);
  };
  return (
    <>
      <TaggedForm
        edit={{ ...edit, form: { ...form, submit } }}
        action={t.actions.save}
        names={words.fields}
        show={show}
      >
        {rules.map((rule) => (
          <RuleFields key={rule} rule={rule} form={form} means={counts?.[rule]} />
        ))}
        <NumberInput
          className={classes.form}
          label={words.maximum}
          description={words.maximumHint}
          min={1}
          max={100_000}
          allowDecimal={false}
          thousandSeparator=","
          value={form.values.maximum}
          error={form.error('maximum')}
          onChange={(maximum) => form.set('maximum', maximum)}
        />
      </TaggedForm>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        acting={acting}
        values={form.values}
        onConfirm={() => form.submit()}
      />
    </>
  );
}

const fieldOf: Record<string, keyof ReaperValues | undefined> = {
  '/dead_after_days': 'dead_days',
  '/unread_after_days': 'unread_days',
  '/erase_after_days': 'erase_days',
  '/daily_maximum': 'maximum',
};

function check(values: ReaperValues): Partial<Record<keyof ReaperValues, string>> {
  const odd = rules.map((rule) => `${rule}_days` as const).filter((name) => !areDays(values[name]));
  return {
    ...Object.fromEntries(odd.map((name) => [name, words.daysOdd])),
    ...(!isMaximum(values.maximum) && { maximum: words.maximumOdd }),
  };
}

/** What the typed days would mean: while they are counted anew, what the former ones meant. */
function useCounts(values: ReaperValues) {
  const [settled] = useDebouncedValue(JSON.stringify(countedDays(values)), 300);
  return useQuery({
    ...countsQuery(JSON.parse(settled) as ReturnType<typeof countedDays>),
    placeholderData: keepPreviousData,
  });
}

interface RuleFieldsProps {
  rule: Rule;
  form: Form<ReaperValues>;
  means: number | undefined;
}

function RuleFields({ rule, form, means }: RuleFieldsProps) {
  const days = form.values[`${rule}_days`];
  const name = words.rules[rule];
  const actions = (['list', rule === 'erase' ? 'erase' : 'revoke'] as const).map((value) => ({
    value,
    label: words.actions[value],
  }));
  return (
    <div className={classes.rule} role="group" aria-label={name}>
      <div>
        <div className={classes.ruleName}>{name}</div>
        <p className={classes.ruleWhat}>{words.ruleWhat[rule]}</p>
        <span className={classes.means} role="status">
          {days === '' ? words.off : means === undefined ? words.counting : words.meansNow(count(means))}
        </span>
      </div>
      <NumberInput
        aria-label={words.days(name)}
        label={words.daysLabel}
        placeholder={words.off}
        min={1}
        max={3_650}
        allowDecimal={false}
        hideControls
        value={days}
        error={form.error(`${rule}_days`)}
        onChange={(next) => form.set(`${rule}_days`, next)}
      />
      <NativeSelect
        aria-label={words.action(name)}
        label={words.actionLabel}
        data={actions}
        disabled={days === ''}
        value={form.values[`${rule}_action`]}
        onChange={({ currentTarget }) => form.set(`${rule}_action`, currentTarget.value as never)}
      />
    </div>
  );
}

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  acting: readonly Rule[];
  values: ReaperValues;
  onConfirm: () => Promise<void>;
}

/** Names how many each rule would end; that number is typed. Nothing is confirmed before exactly these days are counted. */
function Confirm({ isOpen, onClose, acting, values, onConfirm }: ConfirmProps) {
  const query = useQuery({
    ...countsQuery(countedDays(values)),
    enabled: isOpen,
    refetchOnWindowFocus: false,
  });
  const counts = query.isFetching ? undefined : query.data;
  const total = counts && acting.reduce((sum, rule) => sum + counts[rule], 0);
  return (
    <DangerDialog
      isOpen={isOpen}
      onClose={onClose}
      title={words.confirmTitle}
      action={words.confirmAction}
      isReady={counts !== undefined}
      typed={total ? String(total) : undefined}
      onConfirm={onConfirm}
    >
      <Loaded query={{ ...query, data: counts }} rows={2}>
        {(known) => <Effects acting={acting} values={values} counts={known} />}
      </Loaded>
      <p>{words.confirmWhat}</p>
    </DangerDialog>
  );
}

function Effects({ acting, values, counts }: Pick<ConfirmProps, 'acting' | 'values'> & { counts: Counts }) {
  const total = acting.reduce((sum, rule) => sum + counts[rule], 0);
  return (
    <>
      <p>{words.confirm(count(total))}</p>
      <ul className={classes.effects}>
        {acting.map((rule) => (
          <li key={rule}>
            {words.confirmRule(
              words.rules[rule],
              words.actions[values[`${rule}_action`]],
              count(counts[rule]),
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const show = (name: keyof ReaperValues, values: ReaperValues): string => {
  const value = values[name];
  if (typeof value === 'string' && value in words.actions) return words.actions[value as 'list'];
  return value === '' ? words.off : String(value);
};
