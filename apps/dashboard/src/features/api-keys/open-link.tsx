import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The name in a list: opens its details beside it, by the URL. */
export function OpenLink({ id, name }: { id: string; name: string }) {
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => (
        <Link {...props} from="/api-keys" to="/api-keys" search={(before) => ({ ...before, open: id })} />
      )}
    >
      {name}
    </Anchor>
  );
}
