import { Button, CloseButton, Menu, TextInput } from '@mantine/core';
import { IconChevronDown, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../messages/index.js';
import { useTokenLookup } from './use-token-lookup.js';
import classes from './filters.module.css';

/** Search, chips, the count; what is set is the URL's. */
export function FilterBar({
  children,
  count,
  onClear,
  isFiltered,
}: {
  children: ReactNode;
  count?: ReactNode;
  onClear: () => void;
  isFiltered: boolean;
}) {
  return (
    <div className={classes.bar} role="search">
      {children}
      {isFiltered && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t.actions.clearAll}
        </Button>
      )}
      <span className={classes.count} role="status">
        {count}
      </span>
    </div>
  );
}

interface SearchFieldProps {
  label: string;
  placeholder?: string;
  value: string | undefined;
  /** After 300 ms without a key. */
  onChange: (value: string | undefined) => void;
}

/** `/` goes there. What looks like a token goes to its lookup, and into no URL. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps) {
  const lookUp = useTokenLookup();
  const [typed, setTyped] = useState(value ?? '');
  const latest = useRef(onChange);
  latest.current = onChange;
  // What went out comes back without the spaces around it: only what came from elsewhere replaces what is typed.
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value ?? '');
  }, [value]);
  useEffect(() => {
    const wanted = typed.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      latest.current(wanted);
    }, 300);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <TextInput
      className={classes.search}
      type="search"
      data-search
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed && <CloseButton size="sm" aria-label={t.actions.clear} onClick={() => setTyped('')} />
      }
      value={typed}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget }) => {
        setTyped(lookUp(currentTarget.value) ? '' : currentTarget.value);
      }}
    />
  );
}

interface ChoiceFilterProps {
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A chip with a list to choose one from. */
export function ChoiceFilter({ label, options, value, onChange }: ChoiceFilterProps) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          data-filter
          className={classes.chip}
          data-on={value !== undefined || undefined}
          rightSection={<IconChevronDown size={14} />}
        >
          {label}
          {value !== undefined && <span className={classes.chosen}>{chosen?.label ?? value}</span>}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} className={classes.dropdown}>
        {options.map((option) => (
          <Menu.CheckboxItem
            key={option.value}
            checked={option.value === value}
            closeMenuOnClick
            onChange={() => onChange(option.value === value ? undefined : option.value)}
          >
            {option.label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
