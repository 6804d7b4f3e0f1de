import { IconAlertTriangle, IconCheck, IconPlus } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { ConnectionDetail } from './connection.query.js';
import classes from './connection.module.css';

const words = t.connection.scopes;

/** What was asked for, what of it was granted, what is missing, and what came unasked. */
export function ScopeList({ connection }: { connection: ConnectionDetail }) {
  const { scopes_requested: asked, scopes_granted: granted, scopes_missing: missing } = connection;
  const isMissing = new Set(missing);
  const isAsked = new Set(asked);
  const extra = granted.filter((scope) => !isAsked.has(scope));
  if (asked.length + granted.length === 0) return <p className={classes.quiet}>{words.none}</p>;
  return (
    <ul className={classes.scopes}>
      {[...missing, ...asked.filter((scope) => !isMissing.has(scope)), ...extra].map((scope) => (
        <li key={scope}>
          <code>{scope}</code>
          {isMissing.has(scope) ? (
            <ToneBadge tone="warn" icon={IconAlertTriangle}>
              {words.isMissing}
            </ToneBadge>
          ) : isAsked.has(scope) ? (
            <span className={classes.granted}>
              <IconCheck size={14} aria-hidden />
              {words.isGranted}
            </span>
          ) : (
            <ToneBadge tone="wait" form="outline" icon={IconPlus}>
              {words.isExtra}
            </ToneBadge>
          )}
        </li>
      ))}
    </ul>
  );
}

/** `6 asked · 5 granted · 1 missing`. */
export function scopeSummary({ scopes_requested, scopes_granted, scopes_missing }: ConnectionDetail): string {
  return [
    words.asked(scopes_requested.length),
    words.granted(scopes_granted.length),
    ...(scopes_missing.length > 0 ? [words.missing(scopes_missing.length)] : []),
  ].join(' · ');
}
