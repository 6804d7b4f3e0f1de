import type { components } from '../../api/schema.js';

type ConnectionDetail = components['schemas']['AdminConnectionDetail'];
type Linked = Pick<ConnectionDetail, 'id' | 'integration' | 'end_user' | 'resource' | 'state'>;

/** A revoked connection is over for good: of a new consent comes a new one. */
export const makesNew = ({ state }: Pick<ConnectionDetail, 'state'>): boolean => state === 'revoked';

/** What is asked for so that the same user authorizes this connection again, or another in its place. */
export function linkWish(connection: Linked): components['schemas']['NewConnectSession'] {
  const { id, integration, end_user: user, resource } = connection;
  return {
    integration,
    ...(!makesNew(connection) && { connection: id }),
    end_user: {
      id: user?.id ?? '',
      ...(user?.email && { email: user.email }),
      ...(user?.display_name && { display_name: user.display_name }),
    },
    ...(resource.length > 0 && { resource }),
  };
}
