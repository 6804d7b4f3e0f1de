import { t } from '../../messages/index.js';
import { Moment, useNow } from '../../ui/moment.js';
import type { ConnectionDetail } from './connection.query.js';
import { isOver, sentenceOf } from './connection.sentence.js';
import classes from './connection.module.css';

const words = t.connection.why;
const tones: Partial<Record<ConnectionDetail['state'], string>> = {
  degraded: 'warn',
  quarantined: 'warn',
  needs_reauthorization: 'act',
};

/** Why it is so and what comes next: our words, then the provider’s code, the status, the times. */
export function ConnectionStateLine({ connection }: { connection: ConnectionDetail }) {
  const now = useNow();
  const facts = factsOf(connection);
  return (
    <div className={classes.state} data-tone={tones[connection.state]}>
      <p role="status">{sentenceOf(connection, now)}</p>
      {facts.length > 0 && (
        <dl className={classes.why}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function factsOf(connection: ConnectionDetail): [string, React.ReactNode][] {
  const { reason, last_failure: failure, failures, next, state } = connection;
  const open = failure && !failure.over && !isOver(connection) ? failure : undefined;
  const code = open?.error_code ?? reason?.code;
  const status = open?.http_status ?? reason?.http_status;
  if (state === 'active' && !open) return [];
  const facts: [string, React.ReactNode][] = [];
  if (code) {
    const http = status ? ` · ${words.http(status)}` : '';
    facts.push([
      words.code,
      <>
        <code>{code}</code>
        {http}
      </>,
    ]);
  }
  if (reason?.detail && reason.detail !== open?.failure_class)
    facts.push([words.label, detailOf(reason.detail)]);
  else if (open) facts.push([words.label, detailOf(open.failure_class)]);
  if (reason) facts.push([words.at, <Moment at={reason.at} />]);
  if (open && (failures ?? 0) > 0)
    facts.push([
      words.failed,
      <>
        {words.attempts(failures ?? 0)}, <Moment at={open.at} />
      </>,
    ]);
  if (state === 'degraded' && next.at) facts.push([words.next, <Moment at={next.at} />]);
  return facts;
}

const detailOf = (detail: string): string =>
  (t.connection.classes as Record<string, string>)[detail] ?? detail;
