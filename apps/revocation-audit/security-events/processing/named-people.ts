import type { SimpleSubject, SubjectIdentifier } from '#resource-server';

/** Who a subject identifier names, in the words that connections are found by. */
export interface Named {
  /** At an identity provider. */
  atIssuer: { issuer: string; subject: string }[];
  /** The platform's own ids of its end users. */
  endUsers: string[];
  /** In lower case. */
  emails: string[];
}

/**
 * A complex subject is about its user: a session or device that it names besides is more than we know of. `critical` are
 * the members that must be understood where they are there (SSF 1.0 7.1.1); undefined: they are not.
 */
export function namedPeople(subject: SubjectIdentifier, critical: readonly string[] = []): Named | undefined {
  const named: Named = { atIssuer: [], endUsers: [], emails: [] };
  if (subject.format !== 'complex') return collect(subject, named);
  const { user, ...others } = subject.members;
  if (Object.keys(others).some((member) => critical.includes(member))) return undefined;
  return user ? collect(user, named) : named;
}

function collect(subject: SubjectIdentifier, named: Named): Named {
  if (subject.format === 'aliases') for (const alias of subject.identifiers) collect(alias, named);
  else if (subject.format !== 'complex' && subject.format !== 'unknown') add(subject, named);
  return named;
}

function add(subject: SimpleSubject, named: Named): void {
  switch (subject.format) {
    case 'iss_sub':
      named.atIssuer.push({ issuer: subject.iss, subject: subject.sub });
      return;
    case 'opaque':
      named.endUsers.push(subject.id);
      return;
    case 'email':
      return addEmail(subject.email, named);
    case 'account':
      return addEmail(subject.uri.slice('acct:'.length), named);
    // Nothing of a connection is known by these.
    case 'phone_number':
    case 'uri':
    case 'did':
    case 'jwt_id':
    case 'saml_assertion_id':
  }
}

/** A platform may well use addresses as its ids. */
function addEmail(email: string, named: Named): void {
  named.emails.push(email.toLowerCase());
  named.endUsers.push(email);
}
