import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { IconCalendarTime, IconChevronDown } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { language, t } from '../messages/index.js';
import { fromLocalInput, presets, toLocalInput, type TimeSpan } from './time-span.js';
import classes from './time-range.module.css';

interface TimeRangeProps {
  label: string;
  value: TimeSpan;
  onChange: (value: TimeSpan) => void;
}

const words = t.range;
const dated = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = (at: string) => dated.format(Date.parse(at));

/** A chip with a span of time: one of the usual ones, or two moments in the reader's own time zone. */
export function TimeRange({ label, value, onChange }: TimeRangeProps) {
  const [isOpen, setOpen] = useState(false);
  const isOn = value.after !== undefined || value.before !== undefined;
  const apply = (next: TimeSpan): void => {
    onChange(next);
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          data-filter
          className={classes.chip}
          data-on={isOn || undefined}
          leftSection={<IconCalendarTime size={14} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={() => setOpen(!isOpen)}
        >
          {label}
          {isOn && <span className={classes.chosen}>{spanWords(value)}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Stack gap={16}>
          <Group gap={8}>
            {presets.map(({ key, seconds }) => (
              <Button
                key={key}
                variant="default"
                onClick={() => apply({ after: new Date(Date.now() - seconds * 1_000).toISOString() })}
              >
                {words.presets[key]}
              </Button>
            ))}
          </Group>
          {isOpen && <Moments value={value} onApply={apply} />}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Moments({ value, onApply }: { value: TimeSpan; onApply: (value: TimeSpan) => void }) {
  const [after, setAfter] = useState(toLocalInput(value.after));
  const [before, setBefore] = useState(toLocalInput(value.before));
  const isTurned = after !== '' && before !== '' && after >= before;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isTurned) onApply({ after: fromLocalInput(after), before: fromLocalInput(before) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap={12}>
        <TextInput
          type="datetime-local"
          label={words.from}
          value={after}
          onChange={({ currentTarget }) => setAfter(currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={words.to}
          description={words.zone(zone)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={before}
          error={isTurned && words.turned}
          onChange={({ currentTarget }) => setBefore(currentTarget.value)}
        />
        <Group gap={8}>
          <Button type="submit">{words.apply}</Button>
          <Button variant="default" onClick={() => onApply({})}>
            {words.any}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function spanWords({ after, before }: TimeSpan): string {
  if (after !== undefined && before !== undefined) return `${shown(after)} – ${shown(before)}`;
  return after === undefined ? words.until(shown(before ?? '')) : words.since(shown(after));
}
