import { Button, Group, Menu, Popover, Stack, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { language, t } from '../messages/index.js';
import { dayOf, isMidnight, momentOf } from './day-range.js';
import { hasTokenForm, looksLikeToken } from './token-like.js';
import { useTokenLookup } from './use-token-lookup.js';
import classes from './filters.module.css';

interface ChipProps {
  label: string;
  chosen: ReactNode;
  isOpen: boolean;
  onToggle: () => void;
}

const dated = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
const timed = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const shown = (at: string): string => (isMidnight(at) ? dated : timed).format(Date.parse(at));

interface ChoicesFilterProps {
  label: string;
  options: readonly { value: string; label: string; icon?: ReactNode }[];
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}

/** A chip with a list to choose several from; the menu stays open meanwhile. */
export function ChoicesFilter({ label, options, values, onChange }: ChoicesFilterProps) {
  const first = options.find(({ value }) => value === values[0])?.label ?? values[0];
  const toggle = (value: string): void =>
    onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button
          variant="default"
          data-filter
          className={classes.chip}
          data-on={values.length > 0 || undefined}
          rightSection={<IconChevronDown size={14} />}
        >
          {label}
          {values.length > 0 && (
            <span className={classes.chosen}>
              {values.length === 1 ? first : t.chips.several(values.length)}
            </span>
          )}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} className={classes.dropdown}>
        {options.map(({ value, label: name, icon }) => (
          <Menu.CheckboxItem key={value} checked={values.includes(value)} onChange={() => toggle(value)}>
            {icon ?? name}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ChipPopover({ label, chosen, isOpen, onToggle, children }: ChipProps & { children: ReactNode }) {
  return (
    <Popover
      position="bottom-start"
      trapFocus
      opened={isOpen}
      onChange={(opened) => opened !== isOpen && onToggle()}
    >
      <Popover.Target>
        <Button
          variant="default"
          data-filter
          className={classes.chip}
          data-on={chosen !== undefined || undefined}
          rightSection={<IconChevronDown size={14} />}
          onClick={onToggle}
        >
          {label}
          {chosen !== undefined && <span className={classes.chosen}>{chosen}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>{isOpen && children}</Popover.Dropdown>
    </Popover>
  );
}

interface TextFilterProps {
  label: string;
  hint: string;
  value: string | undefined;
  /** What is wrong with it, in words. */
  check?: (value: string) => string | undefined;
  /** What is no token may be as long and odd as one: scopes. Then only what is a token beyond doubt is looked up. */
  isTokenLike?: boolean;
  isFirstOpen?: boolean;
  onChange: (value: string | undefined) => void;
}

/** A chip for one exact text. What looks like a token goes to its lookup, and into no URL. */
export function TextFilter({ isFirstOpen = false, onChange, ...form }: TextFilterProps) {
  const { label, value } = form;
  const [isOpen, setOpen] = useState(isFirstOpen);
  return (
    <ChipPopover label={label} chosen={value} isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
      <TextForm
        {...form}
        onDone={(next) => {
          setOpen(false);
          onChange(next);
        }}
      />
    </ChipPopover>
  );
}

type TextFormProps = Omit<TextFilterProps, 'isFirstOpen' | 'onChange'> & {
  onDone: (value: string | undefined) => void;
};

/** Not the field’s `maxLength`: of a token pasted the lookup would get the beginning alone. */
const longest = 255;

function TextForm({ label, hint, value, check, isTokenLike = false, onDone }: TextFormProps) {
  const lookUp = useTokenLookup(isTokenLike ? hasTokenForm : looksLikeToken);
  const [typed, setTyped] = useState(value ?? '');
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = typed.trim();
    if (lookUp(next)) return setTyped('');
    const wrong = next.length > longest ? t.form.tooLong(longest) : next && check?.(next);
    setFault(wrong);
    if (!wrong) onDone(next === '' ? undefined : next);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={12}>
        <TextInput
          label={label}
          description={hint}
          error={fault}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Ends isSet={value !== undefined} onClear={() => onDone(undefined)} />
      </Stack>
    </form>
  );
}

export interface DateRange {
  after: string | undefined;
  before: string | undefined;
}

interface DateRangeFilterProps {
  label: string;
  labels: { after: string; before: string };
  /** Moments, RFC 3339; chosen as days of this browser’s zone. One that came from elsewhere stays until its day is changed. */
  range: DateRange;
  isFirstOpen?: boolean;
  onChange: (range: DateRange) => void;
}

/** A chip for a time between two days, either of them left out. */
export function DateRangeFilter({
  label,
  labels,
  range,
  isFirstOpen = false,
  onChange,
}: DateRangeFilterProps) {
  const [isOpen, setOpen] = useState(isFirstOpen);
  const { after, before } = range;
  const chosen = [after && t.chips.from(shown(after)), before && t.chips.until(shown(before))].filter(
    Boolean,
  );
  return (
    <ChipPopover
      label={label}
      chosen={chosen.length > 0 ? chosen.join(', ') : undefined}
      isOpen={isOpen}
      onToggle={() => setOpen(!isOpen)}
    >
      <DateRangeForm
        {...{ labels, range }}
        onDone={(next) => {
          setOpen(false);
          onChange(next);
        }}
      />
    </ChipPopover>
  );
}

type DateRangeFormProps = Pick<DateRangeFilterProps, 'labels' | 'range'> & {
  onDone: (range: DateRange) => void;
};

function DateRangeForm({ labels, range, onDone }: DateRangeFormProps) {
  const [after, setAfter] = useState(dayOf(range.after));
  const [before, setBefore] = useState(dayOf(range.before));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onDone({ after: momentOf(after, range.after), before: momentOf(before, range.before) });
      }}
    >
      <Stack gap={12}>
        <TextInput
          type="date"
          label={labels.after}
          data-autofocus
          value={after}
          onChange={({ currentTarget }) => setAfter(currentTarget.value)}
        />
        <TextInput
          type="date"
          label={labels.before}
          value={before}
          onChange={({ currentTarget }) => setBefore(currentTarget.value)}
        />
        <Ends
          isSet={range.after !== undefined || range.before !== undefined}
          onClear={() => onDone({ after: undefined, before: undefined })}
        />
      </Stack>
    </form>
  );
}

function Ends({ isSet, onClear }: { isSet: boolean; onClear: () => void }) {
  return (
    <Group gap={8}>
      <Button type="submit">{t.chips.apply}</Button>
      {isSet && (
        <Button variant="default" onClick={onClear}>
          {t.actions.clear}
        </Button>
      )}
    </Group>
  );
}
