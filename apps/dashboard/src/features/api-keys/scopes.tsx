import { Checkbox, Stack } from '@mantine/core';
import { t } from '../../messages/index.js';
import type { Scope } from './api-keys.query.js';
import { scopeGroups, withoutImplied } from './scope-list.js';
import classes from './api-keys.module.css';

const words = t.access;

/** The first two; the others are counted, and all of them in the details. */
export function ScopesBrief({ scopes }: { scopes: readonly Scope[] }) {
  if (scopes.includes('admin')) return <>{words.allScopes}</>;
  const more = scopes.length - 2;
  return (
    <span title={scopes.join(', ')}>
      {scopes.slice(0, 2).join(', ')}
      {more > 0 && ` ${words.more(more)}`}
    </span>
  );
}

/** Each with what it lets somebody do. */
export function ScopesExplained({ scopes }: { scopes: readonly Scope[] }) {
  return (
    <ul className={classes.explained}>
      {withoutImplied(scopes).map((scope) => (
        <li key={scope}>
          <code>{scope}</code>
          <span>{words.permissions[scope]}</span>
        </li>
      ))}
    </ul>
  );
}

interface ScopeChoiceProps {
  label: string;
  description: string;
  value: readonly Scope[];
  error: string | undefined;
  onChange: (scopes: Scope[]) => void;
  /** A workload never has `admin`. */
  withoutAdmin?: boolean;
}

/** Scopes by what they are for; `admin` holds all of the others. */
export function ScopeChoice({ label, description, value, error, onChange, withoutAdmin }: ScopeChoiceProps) {
  const isAdmin = value.includes('admin');
  return (
    <Checkbox.Group
      label={label}
      description={description}
      error={error}
      value={[...value]}
      onChange={onChange}
    >
      <Stack gap={12} mt={8}>
        {scopeGroups.map(([group, scopes]) => (
          <fieldset key={group} className={classes.group}>
            <legend>{words.groups[group]}</legend>
            {scopes
              .filter((scope) => !withoutAdmin || scope !== 'admin')
              .map((scope) => (
                <Checkbox
                  key={scope}
                  size="sm"
                  value={scope}
                  aria-invalid={error !== undefined || undefined}
                  checked={isAdmin ? true : undefined}
                  disabled={isAdmin && scope !== 'admin'}
                  label={words.permissions[scope]}
                  description={scope}
                />
              ))}
          </fieldset>
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
