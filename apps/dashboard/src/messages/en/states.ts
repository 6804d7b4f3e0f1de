/** States of things, in the words of the glossary. */
export const states = {
  connection: {
    pending: 'Pending',
    active: 'Active',
    degraded: 'Degraded',
    needs_reauthorization: 'Needs re-authorization',
    paused: 'Paused',
    quarantined: 'Quarantined',
    revoking: 'Revoking',
    revoked: 'Revoked',
    expired: 'Expired',
  },
  connectionWhat: {
    pending: 'The platform has not confirmed it yet; nothing is served.',
    active: 'Tokens are served and renewed.',
    degraded: 'Renewal is failing; the present token is still served.',
    needs_reauthorization: 'The provider refused renewal. The user must connect again.',
    paused: 'Tokens are neither served nor renewed; the grant is kept.',
    quarantined: 'Held back until somebody looks at it.',
    revoking: 'Dead here. The provider is being told.',
    revoked: 'Dead here and told to the provider. Only the user can reconnect.',
    expired: 'The grant ran out. Only the user can reconnect.',
  },
};
