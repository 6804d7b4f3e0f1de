import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import type { Column } from '../../ui/data-table.js';
import { Moment } from '../../ui/moment.js';
import { KindAndLink } from '../../ui/object-link.js';
import { actionWords } from './action-words.js';
import { ActorName } from './actor-name.js';
import type { AuditEntry } from './audit.query.js';
import { changesOf } from './entry-changes.js';
import { fieldsOf, reasonOf, valueText } from './entry-facts.js';

const words = t.audit;

export const auditColumns: readonly Column<AuditEntry>[] = [
  {
    id: 'what',
    header: words.columns.what,
    cell: ({ id, action }) => (
      <Link to="/audit/$id" params={{ id }}>
        {actionWords(action)}
      </Link>
    ),
  },
  { id: 'at', header: words.columns.at, cell: ({ at }) => <Moment at={at} /> },
  { id: 'who', header: words.columns.who, cell: ({ actor }) => <ActorName actor={actor} />, priority: 2 },
  {
    id: 'subject',
    header: words.columns.subject,
    cell: ({ subject, actor }) => (
      <KindAndLink
        id={subject.id}
        kind={subject.type}
        name={subject.id === actor.id ? actor.name : undefined}
      />
    ),
    priority: 2,
  },
  { id: 'detail', header: words.columns.detail, cell: summaryOf, priority: 3 },
];

/** Why, or what: as much as one line holds. */
function summaryOf({ detail }: AuditEntry): string {
  const { text, code } = reasonOf({ detail });
  if (text ?? code) return (text ?? code)!;
  const { from, to } = detail ?? {};
  if (from !== undefined || to !== undefined) return stepOf(from, to);
  const fields = fieldsOf({ detail });
  return fields.length > 0 ? words.summary.fields(fields.join(', ')) : words.summary.nothing;
}

/** `freeze → notify`; of many values those that changed. */
function stepOf(from: unknown, to: unknown): string {
  const changes = changesOf({ value: from ?? null }, { value: to ?? null });
  return changes
    .filter(({ kind }) => kind !== 'same')
    .map(({ path, before, after }) => {
      const step = words.summary.change(valueOr(before), valueOr(after));
      return path === 'value' ? step : `${path.replace(/^value\./, '')}: ${step}`;
    })
    .join(', ');
}

const valueOr = (value: unknown): string =>
  value === null || value === undefined ? words.summary.empty : valueText(value);
