import { IconCheck } from '@tabler/icons-react';
import { usePageState } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { Card } from '../../ui/page.js';
import { roles, roleTable } from './role-table.js';
import classes from './members.module.css';

const words = t.members.roles;

/** Permissions by role; one's own is marked. */
export function RoleTable() {
  const own = usePageState().session?.workspace?.role;
  return (
    <>
      <dl className={classes.roles}>
        {roles.map((role) => (
          <div key={role} data-own={role === own || undefined}>
            <dt>
              {t.access.roles[role]}
              {role === own && ` (${words.yours})`}
            </dt>
            <dd>{t.access.roleWhat[role]}</dd>
          </div>
        ))}
      </dl>
      <Card flush>
        <table className={classes.table}>
          <caption>{words.what}</caption>
          <thead>
            <tr>
              <th scope="col">{words.permission}</th>
              {roles.map((role) => (
                <th key={role} scope="col" data-own={role === own || undefined}>
                  {t.access.roles[role]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roleTable.map(([permission, of]) => (
              <tr key={permission}>
                <th scope="row">
                  {t.access.permissions[permission]}
                  <code>{permission}</code>
                </th>
                {roles.map((role) => (
                  <td key={role} data-own={role === own || undefined}>
                    {of.includes(role) ? (
                      <IconCheck size={16} role="img" aria-label={words.yes} />
                    ) : (
                      <span aria-label={words.no} role="img">
                        {t.time.none}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      <p className={classes.note}>{words.tokens}</p>
    </>
  );
}
