import { Button } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { preferences } from '../../api/preferences.query.js';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { statesQuery } from './overview.query.js';
import classes from './overview.module.css';

const words = t.overview.firstSteps;

/** While nothing is connected there is one thing to do, unless one has put the guide away. */
export function FirstSteps() {
  const { data: states } = useQuery(statesQuery);
  const isFirst = states?.total === 0;
  const { data: chosen } = useQuery({ ...preferences, enabled: isFirst });
  if (!isFirst || chosen?.first_run_guide_dismissed !== false) return null;
  return (
    <Card>
      <section className={classes.firstSteps} aria-label={words.title}>
        <IconRocket size={24} stroke={1.5} aria-hidden />
        <div>
          <h2>{words.title}</h2>
          <p>{words.text}</p>
        </div>
        <Button component={Link} to="/start">
          {words.action}
        </Button>
      </section>
    </Card>
  );
}
