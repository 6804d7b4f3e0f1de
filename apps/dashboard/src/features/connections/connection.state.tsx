import { t } from '../../messages/index.js';
import { Moment, useNow } from '../../ui/moment.js';
import type { ConnectionDetail } from './connection.query.js';
import { isOver, sentenceOf } from './connection.sentence.js';
import { reasonWords } from './who.js';
import classes from './connection.module.css';

const words = t.connection.why;
const classWords: Record<string, string | undefined> = t.connection.classes;
const isClass = (detail: string): boolean => detail in t.connection.classes;
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
  if (code && code !== state) {
    const http = status ? ` · ${words.http(status)}` : '';
    facts.push([
      words.code,
      <>
        <code>{code}</code>
        {http}
      </>,
    ]);
  }
  const why = code === undefined ? undefined : reasonWords(code);
  const said = reason?.detail && !isClass(reason.detail) ? reason.detail : undefined;
  const ours = said ?? why ?? classWords[open?.failure_class ?? reason?.detail ?? ''];
  if (ours) facts.push([words.label, ours]);
  if (reason) facts.push([words.at, <Moment at={reason.at} />]);
  if (open && (failures ?? 0) > 1) {
    const often = words.attempts(failures ?? 0);
    facts.push([
      words.failed,
      <>
        {often}, <Moment at={open.at} />
      </>,
    ]);
  }
  if (state === 'degraded' && next.at) facts.push([words.next, <Moment at={next.at} />]);
  return facts;
}
