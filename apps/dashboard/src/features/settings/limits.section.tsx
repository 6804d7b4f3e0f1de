import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { count } from '../../ui/number.js';
import { Card, Facts } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { limitsQuery } from './settings.query.js';
import classes from './settings.module.css';

const words = t.settings.limits;

/** As the server names them with its answers. */
export function LimitsSection() {
  const query = useQuery(limitsQuery);
  return (
    <Card>
      <p className={classes.what}>{words.what}</p>
      <Loaded query={query}>
        {(limits) =>
          limits.length === 0 ? (
            words.none
          ) : (
            <Facts
              facts={limits.map(({ name, quota, seconds, left }) => [
                words.names[name] ?? name,
                [
                  words.per(count(quota), seconds),
                  ...(left === undefined ? [] : [words.left(count(left))]),
                ].join(', '),
              ])}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
