import { definerRole } from '../roles.js';

/**
 * Row-level security for one table: enabled and forced, so that it binds the owner too. With
 * `evergrant.workspace` unset the comparison is with NULL and no row is seen.
 * Roles with a `TO definer` policy are those behind the SECURITY DEFINER functions.
 */
export function isolateByWorkspace(table: string, column = 'workspace_id'): string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY workspace_isolation ON ${table}
       USING (${column} = current_setting('evergrant.workspace', true))
       WITH CHECK (${column} = current_setting('evergrant.workspace', true))`,
  ];
}

/** Lets the definer role use a table across workspaces, with the privileges named and no more. */
export function allowDefiner(table: string, privileges: string): string[] {
  return [
    `GRANT ${privileges} ON ${table} TO ${definerRole}`,
    `CREATE POLICY definer_across_workspaces ON ${table} TO ${definerRole} USING (true) WITH CHECK (true)`,
  ];
}

/** A function owned by the definer role and executable by the named roles only. `signature` as in DROP FUNCTION. */
export function definerFunction(signature: string, definition: string, ...roles: string[]): string[] {
  return [
    definition,
    `ALTER FUNCTION ${signature} OWNER TO ${definerRole}`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${roles.join(', ')}`,
  ];
}
