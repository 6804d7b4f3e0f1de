import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { anomalyPolicyQuery, leakPolicyQuery } from '../../api/policies.query.js';
import { t } from '../../messages/index.js';
import { Card, Section } from '../../ui/page.js';
import { Loaded } from '../../ui/states.js';
import { ActionBadge } from './action-badge.js';
import classes from './signals.module.css';

const words = t.signals.policies;

/** What is done about what we, or partners, find ourselves; it is changed in the settings. */
export function OwnFindings() {
  const leak = useQuery(leakPolicyQuery);
  const anomaly = useQuery(anomalyPolicyQuery);
  return (
    <div className={classes.cards}>
      <Section title={words.leak} aside={<Change hash="leaked-tokens" what={words.leak} />}>
        <Card>
          <p className={classes.note}>{words.leakWhat}</p>
          <div className={classes.foot}>
            <Loaded query={leak} rows={1}>
              {({ data: { action } }) => (
                <ul className={classes.findings}>
                  <li>
                    {words.leakFound}
                    <ActionBadge action={action} />
                  </li>
                </ul>
              )}
            </Loaded>
          </div>
        </Card>
      </Section>
      <Section title={words.anomaly} aside={<Change hash="anomalies" what={words.anomaly} />}>
        <Card>
          <p className={classes.note}>{words.anomalyWhat}</p>
          <div className={classes.foot}>
            <Loaded query={anomaly} rows={4}>
              {({ data: policy }) => (
                <ul className={classes.findings}>
                  {Object.entries(policy).map(([kind, action]) => (
                    <li key={kind}>
                      {words.anomalies[kind] ?? kind.replaceAll('_', ' ')}
                      <ActionBadge action={action} />
                    </li>
                  ))}
                </ul>
              )}
            </Loaded>
          </div>
        </Card>
      </Section>
    </div>
  );
}

function Change({ hash, what }: { hash: string; what: string }) {
  return (
    <Link to="/settings" hash={hash} aria-label={`${words.change}: ${what}`}>
      {words.change}
    </Link>
  );
}
