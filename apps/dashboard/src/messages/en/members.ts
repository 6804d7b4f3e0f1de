const people = (count: number) => `${count} ${count === 1 ? 'person' : 'people'}`;
const admins = (count: number) => `${count} ${count === 1 ? 'admin' : 'admins'}`;

export const members = {
  title: 'Members',
  tabsLabel: 'Members and roles',
  tabs: { members: 'Members', invitations: 'Invitations', roles: 'Roles' },
  status: (all: number, adminCount: number) =>
    `${people(all)}, ${admins(adminCount)} among them. ${
      adminCount > 1
        ? 'Making somebody an admin needs a second admin.'
        : 'With one admin nobody can approve what they ask for: a second one is wise.'
    }`,
  statusMany: 'Who may do what here. A change holds from their next request on.',
  invite: 'Invite somebody',
  leave: 'Leave workspace',
  empty: 'Nobody is a member',
  columns: {
    name: 'Name',
    email: 'E-mail',
    role: 'Role',
    source: 'How it came',
    joined: 'Joined',
    lastSignIn: 'Last sign-in',
    actions: 'Actions',
  },
  actionsOf: (name: string) => `Actions for ${name}`,
  sources: {
    claims: 'Claims of the identity provider',
    invitation: 'Invitation',
    creation: 'Made the workspace',
  },
  change: {
    menu: 'Change role',
    title: (name: string) => `Change the role of ${name}`,
    role: 'Role',
    claims: (issuer: string) =>
      `Their role comes from claims of ${issuer}. What you choose here holds until their next sign-in; change it there to keep it.`,
    self: 'This is you. With another role you may not be able to change it back.',
    raise:
      'Where there are two admins already, another one has to approve this first. It lapses after a day.',
    reason: 'Reason',
    reasonHint: 'For the admin who has to approve it.',
    action: 'Change role',
    waits: 'Another admin has to approve this',
    waitsWhat: (name: string) => `${name} keeps the present role until then.`,
    toApproval: 'Open the approval',
    done: (name: string, role: string) => `${name} is ${role} now`,
    fields: { role: 'Role', reason: 'Reason' },
  },
  remove: {
    menu: 'Remove',
    title: (name: string) => `Remove ${name}?`,
    what: 'They see nothing of this workspace from their next request on. What waits for approval in their name is withdrawn. Keys that they made go on working: look at API keys.',
    claims: (issuer: string) =>
      `Claims of ${issuer} made them a member: they come back with their next sign-in, unless it is changed there.`,
    action: (name: string) => `Remove ${name}`,
    done: (name: string) => `${name} is removed`,
  },
  leaving: {
    title: (workspace: string) => `Leave ${workspace}?`,
    what: 'You see nothing of it from now on. An admin can invite you again. The last admin cannot leave.',
    action: 'Leave workspace',
  },
  invitations: {
    empty: 'Nobody is invited',
    emptyWhat:
      'Invite somebody by the address that they sign in with. No mail is sent: you hand them the link.',
    columns: {
      email: 'E-mail',
      state: 'State',
      role: 'Role',
      by: 'Invited by',
      created: 'Invited',
      expires: 'Expires',
      accepted: 'Accepted',
    },
    states: {
      awaiting_approval: 'Waits for approval',
      open: 'Open',
      accepted: 'Accepted',
      revoked: 'Withdrawn',
      refused: 'Refused',
      expired: 'Expired',
    },
    withdraw: 'Withdraw',
    withdrawOf: (email: string) => `Withdraw the invitation of ${email}`,
    withdrawTitle: (email: string) => `Withdraw the invitation of ${email}?`,
    withdrawWhat: 'Its link leads nowhere from now on.',
    withdrawAction: 'Withdraw invitation',
    withdrawn: (email: string) => `The invitation of ${email} is withdrawn`,
    form: {
      title: 'Invite somebody',
      email: 'E-mail',
      emailHint: 'Whoever accepts must have this address, verified by their identity provider.',
      emailOdd: 'Give the address that they sign in with.',
      role: 'Role',
      expires: 'The link works for',
      expiries: { '86400': '1 day', '604800': '7 days', '2592000': '30 days' },
      action: 'Make link',
    },
    link: (email: string) => `Invitation of ${email}`,
    linkWhat: (email: string) =>
      `No mail is sent. Hand this link to ${email}: it lets in nobody else, and only once.`,
    linkWaits: (email: string) =>
      `Another admin has to approve it: until then the link leads nowhere. Hand it to ${email}; it lets in nobody else.`,
  },
  roles: {
    what: 'A role is what somebody may do in this workspace. The API decides with every request.',
    permission: 'May do',
    yours: 'yours',
    yes: 'Yes',
    no: 'No',
    tokens: 'Nobody gets tokens in the dashboard: that is for services, with a key of their own.',
  },
};
