import { Link } from '@tanstack/react-router';
import { t } from '../messages/index.js';
import { CopyIcon } from './identifier.js';
import { kindOf, placeOf } from './object-place.js';
import classes from './object-link.module.css';

interface ObjectLinkProps {
  id: string;
  /** Where the id does not say it. */
  kind?: string;
  /** Instead of the id. */
  name?: string | null;
  copy?: boolean;
}

/** A thing by its name or shortened id, linked to the page that shows it, where there is one. */
export function ObjectLink({ id, kind, name, copy = false }: ObjectLinkProps) {
  const place = placeOf(id, kind ?? kindOf(id));
  const text = name ?? shortened(id);
  const label = name ? text : <code>{text}</code>;
  return (
    <span className={classes.object} title={id}>
      {place ? <Link {...place}>{label}</Link> : label}
      {copy && <CopyIcon value={id} what={id} />}
    </span>
  );
}

/** `Connection con_01m7…`. */
export function KindAndLink({ id, kind, name, copy }: ObjectLinkProps) {
  const of = kind ?? kindOf(id) ?? '';
  return (
    <span>
      <span className={classes.kind}>{t.objects[of] ?? of.replaceAll('_', ' ')}</span>
      <ObjectLink id={id} kind={of} name={name} copy={copy} />
    </span>
  );
}

const shortened = (id: string) => (id.length <= 24 ? id : `${id.slice(0, 10)}…${id.slice(-6)}`);
