/** Of things that are done in their order. */
export const steps = { done: '(done)' };

export const start = {
  title: 'First steps',
  status: (done: number, all: number) =>
    done === all
      ? 'All done: a token that stays alive is one request away.'
      : `From nothing to a live token: ${done} of ${all} done. Each ticks itself as soon as it is true.`,
  hide: 'Hide this guide',
  hidden: 'The guide is hidden. Its address stays.',
  showAgain: 'Offer it on an empty overview',
  list: 'First steps',
  integration: {
    title: 'Have an integration',
    done: (name: string, isSandbox: boolean) =>
      isSandbox
        ? `“${name}” is ready: it connects to the sandbox, a provider of our own with demo users.`
        : `“${name}” is ready.`,
    todo: 'An integration is your OAuth client at a provider. The guided form takes you from the redirect URI to a tested client.',
    action: 'Add an integration',
    forbidden: 'Your role may not add one: ask an operator or an admin.',
  },
  link: {
    title: 'Make a connect link for a demo user',
    todo: (name: string) =>
      `A connect link lets one end user connect one account. This one is for “Demo user” at “${name}”; in production your application makes them.`,
    done: 'A link was made.',
    action: 'Make a connect link',
    again: 'Make another link',
    forbidden: 'Your role may not make connect links: ask an operator or an admin.',
    user: 'Demo user',
  },
  open: {
    title: 'Open it and sign in',
    sandbox: 'Sign in at the sandbox as its demo user, then allow. Login and password stand in',
    sandboxFile: 'bootstrap.json',
    sandboxAfter: 'of the installation’s data directory, as',
    sandboxKey: 'sandbox_user',
    other: 'Sign in at the provider with an account of yours, then allow.',
    lost: 'A link is shown only once, and this page was left since. Make another to go on.',
    done: 'Somebody opened it and allowed access.',
  },
  live: {
    title: 'See the connection live',
    todo: 'As soon as the provider has answered with tokens, the connection is active: renewed ahead of time from then on.',
    done: (who: string) => `${who} is connected.`,
    action: 'Open the connection',
  },
  key: {
    title: 'Have an API key that reads tokens',
    todo: 'Services read tokens with a key that has the scope tokens:read. No person reads one in this dashboard.',
    done: (name: string) => `“${name}” may read tokens.`,
    bootstrap: 'The key that came with the installation is api_key in bootstrap.json.',
    forbidden: 'Your role may not see API keys: ask an admin for one with the scope tokens:read.',
    action: 'API keys',
  },
  read: {
    title: 'Read the token',
    todo: 'Put the key into EVERGRANT_API_KEY and run this. The answer is an access token with time left on it, now and in a year.',
    waiting: 'Waiting for the first read.',
    done: 'A token was read',
    label: 'Read a live access token',
  },
  next: {
    title: 'What next',
    provider: 'Add a provider of yours',
    providerDetail: 'Google, Microsoft, Slack or any OAuth 2.0 server.',
    killSwitch: 'Rehearse the kill switch',
    killSwitchDetail: 'Select, preview, and see what would be revoked.',
    members: 'Invite your team',
    membersDetail: 'A second admin can approve what one alone must not do.',
    settings: 'Look over the settings',
    settingsDetail: 'Approvals, policies and thresholds.',
  },
};
