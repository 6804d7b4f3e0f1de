/** A member of a subject identifier that names one thing. */
export type SimpleSubject =
  | { format: 'iss_sub'; iss: string; sub: string }
  | { format: 'email'; email: string }
  | { format: 'opaque'; id: string }
  | { format: 'phone_number'; phone_number: string }
  | { format: 'account'; uri: string }
  | { format: 'uri'; uri: string }
  | { format: 'did'; url: string }
  | { format: 'jwt_id'; iss: string; jti: string }
  | { format: 'saml_assertion_id'; issuer: string; assertion_id: string };

/** RFC 9493, and the complex subjects of SSF 1.0. A format that nobody here knows is kept by its name alone. */
export type SubjectIdentifier =
  | SimpleSubject
  | { format: 'aliases'; identifiers: SubjectIdentifier[] }
  | { format: 'complex'; members: Readonly<Record<string, SubjectIdentifier>> }
  | { format: 'unknown'; name: string };

type Json = Readonly<Record<string, unknown>>;

/** The members that each simple format requires (RFC 9493 3.2, SSF 1.0 3.5), and how each must look. */
const simpleFormats: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  iss_sub: { iss: /./s, sub: /./s },
  email: { email: /^[^\s@]+@[^\s@]+$/ },
  opaque: { id: /./s },
  phone_number: { phone_number: /^\+\d[\d -]{1,30}$/ },
  account: { uri: /^acct:[^\s@]+@[^\s@]+$/i },
  uri: { uri: /^[a-z][a-z0-9+.-]*:\S+$/i },
  did: { url: /^did:\S+$/ },
  jwt_id: { iss: /./s, jti: /./s },
  saml_assertion_id: { issuer: /./s, assertion_id: /./s },
};

/** Transmitters from before RFC 9493 (Google's RISC) call the format `subject_type` and spell it with hyphens. */
const formerNames = new Map([
  ['iss-sub', 'iss_sub'],
  ['phone', 'phone_number'],
]);
const longest = 2_000;
const mostParts = 50;

/**
 * Reads a subject identifier; undefined where it breaks its format's rules. Members that the format does not know are
 * passed over: a signal is not dropped for what somebody said too much.
 */
export function parseSubject(value: unknown): SubjectIdentifier | undefined {
  if (!isObject(value)) return undefined;
  const named = value['format'] ?? value['subject_type'];
  if (typeof named !== 'string' || named === '' || named.length > longest) return undefined;
  const format = formerNames.get(named) ?? named;
  if (format === 'aliases') return aliases(value['identifiers']);
  if (format === 'complex') return complex(value);
  const required = Object.hasOwn(simpleFormats, format) ? simpleFormats[format] : undefined;
  return required ? simple(format, required, value) : { format: 'unknown', name: format };
}

function simple(
  format: string,
  required: Readonly<Record<string, RegExp>>,
  value: Json,
): SimpleSubject | undefined {
  const members: [string, string][] = [];
  for (const [name, rule] of Object.entries(required)) {
    const member = value[name];
    if (typeof member !== 'string' || member.length > longest || !rule.test(member)) return undefined;
    members.push([name, member]);
  }
  return { format, ...Object.fromEntries(members) } as SimpleSubject;
}

/** RFC 9493 3.2.8: at least one, and none of them aliases itself. */
function aliases(value: unknown): SubjectIdentifier | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostParts) return undefined;
  const identifiers = value.map(parseSimple);
  return identifiers.includes(undefined)
    ? undefined
    : { format: 'aliases', identifiers: identifiers as SubjectIdentifier[] };
}

/** SSF 1.0 3.3: each member names one side of the subject: user, session, device, tenant and so on. */
function complex({ format: _format, subject_type: _former, ...rest }: Json): SubjectIdentifier | undefined {
  const given = Object.entries(rest);
  if (given.length === 0 || given.length > mostParts) return undefined;
  const members = given.map(([name, value]) => [name, parseMember(value)] as const);
  if (members.some(([, member]) => member === undefined)) return undefined;
  return {
    format: 'complex',
    members: Object.fromEntries(members) as Record<string, SubjectIdentifier>,
  };
}

function parseSimple(value: unknown): SubjectIdentifier | undefined {
  const subject = parseSubject(value);
  return subject?.format === 'aliases' || subject?.format === 'complex' ? undefined : subject;
}

function parseMember(value: unknown): SubjectIdentifier | undefined {
  const subject = parseSubject(value);
  return subject?.format === 'complex' ? undefined : subject;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
