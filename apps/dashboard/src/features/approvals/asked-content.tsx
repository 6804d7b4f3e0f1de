import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../../messages/index.js';
import { CountNow } from '../../ui/count-now.js';
import { UtcMoment } from '../../ui/moment.js';
import { count } from '../../ui/number.js';
import { Facts } from '../../ui/page.js';
import { SelectorFacts } from '../../ui/selector-facts.js';
import { roleWord, type AskedAction } from './asked-action.js';
import classes from './approvals.module.css';

const words = t.approvals;

/** The content in names and values, by the action. */
export function AskedContent({ asked, name }: { asked: AskedAction; name: string | undefined }) {
  if (asked.kind === 'revoke') return <Revocation asked={asked} />;
  const facts: [string, ReactNode][] = [];
  if (asked.kind === 'raise')
    facts.push(
      [words.person, name ?? asked.person],
      [words.from, roleWord(asked.from)],
      [words.role, t.access.roles.admin],
    );
  if (asked.kind === 'invite')
    facts.push(
      [words.email, asked.email],
      [words.role, t.access.roles.admin],
      [words.until, <UtcMoment at={asked.until} />],
    );
  return facts.length > 0 ? <Facts facts={facts} /> : null;
}

function Revocation({ asked }: { asked: Extract<AskedAction, { kind: 'revoke' }> }) {
  return (
    <div className={classes.revocation}>
      <Facts
        facts={[
          [t.selection.thenCount, t.selection.connections(count(asked.targets))],
          [t.selection.nowCount, <CountNow selector={asked.selector} />],
        ]}
      />
      <SelectorFacts selector={asked.selector} />
      <p className={classes.quiet}>{t.selection.fixed}</p>
      <Link to="/kill-switch/$id" params={{ id: asked.revocation }}>
        {words.openRevocation}
      </Link>
    </div>
  );
}
