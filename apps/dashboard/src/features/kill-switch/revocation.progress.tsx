import { Progress } from '@mantine/core';
import { t } from '../../messages/index.js';
import { count, duration } from '../../ui/number.js';
import { Card } from '../../ui/page.js';
import type { Revocation } from './kill-switch.query.js';
import classes from './kill-switch.module.css';

const words = t.revocation;

/** Dead here of all, how quickly, how long still; then how far the providers are. */
export function RevocationProgress({ job: { targets, per_second: rate, state } }: { job: Revocation }) {
  const percent = targets.total === 0 ? 100 : (targets.dead / targets.total) * 100;
  const facts = [
    rate !== null && rate > 0 && `${words.rate}: ${words.perSecond(count(rate))}`,
    state === 'running' &&
      rate !== null &&
      rate > 0 &&
      `${words.left}: ${duration(Math.ceil(targets.remaining / rate))}`,
    targets.spared > 0 && `${words.spared}: ${count(targets.spared)}`,
    targets.already_dead > 0 && `${words.alreadyDead}: ${count(targets.already_dead)}`,
  ].filter((fact) => typeof fact === 'string');
  return (
    <Card>
      <div className={classes.bar}>
        <div className={classes.barHead}>
          <span>
            <strong>{count(targets.dead)}</strong> / {count(targets.total)} {words.dead.toLowerCase()}
          </span>
          <span>{facts.join(' · ')}</span>
        </div>
        <Progress.Root size={8} radius="xs">
          <Progress.Section
            value={percent}
            color={state === 'running' ? 'iris.6' : 'var(--eg-ok-mark)'}
            aria-label={words.dead}
            aria-valuetext={t.killSwitch.of(count(targets.dead), count(targets.total))}
          />
        </Progress.Root>
      </div>
    </Card>
  );
}
