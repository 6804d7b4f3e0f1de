import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { Section } from '../../ui/page.js';
import classes from './start.module.css';

const words = t.start.next;

const places: readonly { to: LinkProps['to']; title: string; detail: string }[] = [
  { to: '/integrations/new', title: words.provider, detail: words.providerDetail },
  { to: '/kill-switch', title: words.killSwitch, detail: words.killSwitchDetail },
  { to: '/members', title: words.members, detail: words.membersDetail },
  { to: '/settings', title: words.settings, detail: words.settingsDetail },
];

/** Where to go on. */
export function NextPlaces() {
  return (
    <Section title={words.title}>
      <ul className={classes.places}>
        {places.map(({ to, title, detail }) => (
          <li key={title}>
            <Link to={to} className={classes.place}>
              <span className={classes.placeTitle}>{title}</span>
              <span className={classes.placeDetail}>{detail}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
