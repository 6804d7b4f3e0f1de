import { Button } from '@mantine/core';
import { t } from '../../messages/index.js';
import { Moment, relativeTime, useNow } from '../../ui/moment.js';
import type { ConnectionDetail, Slot } from './connection.query.js';
import { isOver } from './connection.sentence.js';
import { lifeOf, timeLeft, type Life } from './life-of.js';
import classes from './connection.module.css';

const words = t.connection.life;
const renewing = new Set(['active', 'degraded']);

interface TokenLifeProps {
  connection: ConnectionDetail;
  slot: Slot;
  /** Where a connection has several tokens, each is renewed by itself. */
  onRefresh?: () => void;
}

/** Issued, renewal window, expiry, now: a bar that moves. */
export function TokenLife({ connection, slot, onRefresh }: TokenLifeProps) {
  const now = useNow();
  const life = lifeOf(slot, now);
  const isRenewed = renewing.has(connection.state);
  return (
    <div className={classes.life}>
      <div className={classes.lifeHead}>
        <strong>
          {connection.slots.length > 1 ? words.slot(slot.slot) : words.generation(slot.generation)}
        </strong>
        {connection.slots.length > 1 && <span>{words.generation(slot.generation)}</span>}
        <span className={classes.next}>
          {isOver(connection) ? words.over : nextWords(slot, isRenewed, now)}
        </span>
        {onRefresh && (
          <Button variant="subtle" onClick={onRefresh}>
            {words.refresh(slot.slot)}
          </Button>
        )}
      </div>
      {life && <Bar {...{ life, slot, now, isRenewed }} />}
      <dl className={classes.legend}>
        <Mark name={words.issued} at={slot.issued_at} />
        {isRenewed && slot.refresh_due_at !== null && <Mark name={words.window} at={slot.refresh_due_at} />}
        <Mark
          name={life?.isOver ? words.expiredAt : words.expires}
          at={slot.expires_at}
          unknown={words.noEnd}
        />
        {slot.refresh_token_expires_at && (
          <Mark name={words.refreshToken} at={slot.refresh_token_expires_at} />
        )}
      </dl>
    </div>
  );
}

function Mark({ name, at, unknown = words.unknown }: { name: string; at: string | null; unknown?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Moment at={at} never={unknown} />
      </dd>
    </div>
  );
}

interface BarProps {
  life: Life;
  slot: Slot;
  now: number;
  isRenewed: boolean;
}

function Bar({ life, slot, now, isRenewed }: BarProps) {
  const say = (at: string | null): string => (at ? relativeTime(Date.parse(at), now) : words.unknown);
  const percent = (part: number): string => `${part * 100}%`;
  return (
    <div
      className={classes.bar}
      role="img"
      aria-label={words.picture(
        say(slot.issued_at),
        say(slot.refresh_due_at),
        say(slot.expires_at),
        percent(Math.round(life.now * 100) / 100),
      )}
      data-over={life.isOver || undefined}
    >
      <span className={classes.lived} style={{ width: percent(life.now) }} />
      {isRenewed && life.due !== undefined && (
        <span className={classes.window} style={{ left: percent(life.due) }} />
      )}
      <span className={classes.now} style={{ left: percent(life.now) }} />
    </div>
  );
}

function nextWords(slot: Slot, isRenewed: boolean, now: number): string {
  const end = slot.expires_at === null ? undefined : (Date.parse(slot.expires_at) - now) / 1_000;
  if (slot.refreshing) return words.refreshing;
  if (isRenewed && slot.refresh_due_at !== null) {
    const left = (Date.parse(slot.refresh_due_at) - now) / 1_000;
    if (left <= 0) return words.dueNow;
    return (slot.failures > 0 ? words.retriesIn : words.renewsIn)(timeLeft(left));
  }
  if (end !== undefined && end <= 0) return words.expired(timeLeft(-end));
  const stopped = isRenewed ? words.notAhead : words.stopped;
  return end === undefined ? stopped : `${stopped}, ${words.expiresIn(timeLeft(end))}`;
}
