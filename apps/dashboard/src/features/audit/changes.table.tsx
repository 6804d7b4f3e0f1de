import { IconMinus, IconPencil, IconPlus, type Icon } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { Tone } from '../../shell/theme.js';
import type { FieldChange } from './entry-changes.js';
import classes from './audit.module.css';

const words = t.audit.entry;
const marks: Partial<Record<FieldChange['kind'], { tone: Tone; icon: Icon }>> = {
  added: { tone: 'ok', icon: IconPlus },
  removed: { tone: 'off', icon: IconMinus },
  changed: { tone: 'wait', icon: IconPencil },
};

/** Before and after, side by side; what changed is marked by word and icon. */
export function ChangesTable({ changes }: { changes: readonly FieldChange[] }) {
  return (
    // With `display: block` on phones a table stops being one for screen readers, unless its roles are said.
    <table className={classes.changes} role="table" aria-label={words.changed}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" className={classes.field}>
            {words.field}
          </th>
          <th role="columnheader" scope="col" className={classes.kind}>
            {words.change}
          </th>
          <th role="columnheader" scope="col">
            {words.before}
          </th>
          <th role="columnheader" scope="col">
            {words.after}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {changes.map((change) => (
          <Row key={change.path} change={change} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ change: { path, kind, before, after } }: { change: FieldChange }) {
  const mark = marks[kind];
  return (
    <tr role="row" data-kind={kind}>
      <th role="rowheader" scope="row">
        {path === 'value' ? words.value : path.replace(/^value\./, '')}
      </th>
      <td role="cell">
        {mark ? (
          <ToneBadge tone={mark.tone} icon={mark.icon}>
            {words.kinds[kind]}
          </ToneBadge>
        ) : (
          words.kinds[kind]
        )}
      </td>
      <td role="cell">
        <span className={classes.sideLabel}>{words.before}</span>
        <Value value={before} isOld={kind === 'changed' || kind === 'removed'} />
      </td>
      <td role="cell">
        <span className={classes.sideLabel}>{words.after}</span>
        <Value value={after} />
      </td>
    </tr>
  );
}

function Value({ value, isOld = false }: { value: unknown; isOld?: boolean }) {
  if (value === undefined) return <span className={classes.absent}>{words.absent}</span>;
  if (isEmpty(value)) return <span className={classes.absent}>{t.audit.summary.empty}</span>;
  const lines = Array.isArray(value) ? value.map(lineOf) : [lineOf(value)];
  const text = lines.join('\n');
  return isOld ? (
    <del className={`${classes.value} ${classes.old}`}>{text}</del>
  ) : (
    <span className={classes.value}>{text}</span>
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

const lineOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
