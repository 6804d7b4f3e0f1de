import { z } from 'zod';
import { Problem, type Fault } from '#platform';

export const mostTokens = 10_000;
const longestToken = 20_000;

/** What the route takes, for its document: it is read by hand, so that no problem repeats any of it. */
export const tokenLookupBody = {
  type: 'object',
  required: ['tokens'],
  additionalProperties: false,
  properties: {
    tokens: {
      type: 'array',
      minItems: 1,
      maxItems: mostTokens,
      description:
        'As they were found: whitespace, quotes, `Bearer `, a header line, a form parameter, JSON or URL encoding around them do not matter.',
      items: { type: 'string', minLength: 1, maxLength: longestToken },
    },
  },
};

/** The values of a body. @throws Problem that names places, and neither values nor members, which may be tokens too */
export function readTokens(body: unknown): string[] {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject || Object.keys(body).some((name) => name !== 'tokens') || !('tokens' in body))
    throw invalid([{ pointer: '', detail: 'must be an object with the one member `tokens`' }]);
  const { tokens } = body;
  if (!Array.isArray(tokens) || tokens.length < 1 || tokens.length > mostTokens)
    throw invalid([{ pointer: '/tokens', detail: `must be a list of 1 to ${mostTokens} texts` }]);
  const faults = tokens.flatMap((token, index) =>
    typeof token === 'string' && token.length >= 1 && token.length <= longestToken
      ? []
      : [{ pointer: `/tokens/${index}`, detail: `must be a text of 1 to ${longestToken} characters` }],
  );
  if (faults.length > 0) throw invalid(faults);
  return tokens as string[];
}

function invalid(faults: Fault[]): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
    errors: faults.slice(0, 20),
  });
}

const mostReaders = 20;
/** Shared out among the values of one request: 10,000 with 20 each would be an answer of fifty megabytes. */
const mostReadersInAll = 20_000;

/** How many readers are told of each value where so many are asked for at once. */
export const readersOfEach = (asked: number): number =>
  Math.min(mostReaders, Math.floor(mostReadersInAll / asked));

const readerSchema = z
  .strictObject({
    caller: z.strictObject({ type: z.string(), id: z.string() }),
    network: z.string().describe('A /24 of IPv4, or a /64 of IPv6.'),
    first_read_at: z.iso.datetime(),
    last_read_at: z.iso.datetime(),
    count: z.int(),
  })
  .meta({ id: 'TokenReader' });

export const tokenResultSchema = z
  .strictObject({
    index: z.int().describe('Place of the value in the request, from 0.'),
    found: z.boolean().describe('It is a token of this workspace. All else is null where it is not.'),
    kind: z.enum(['access', 'refresh']).nullable(),
    connection: z.string().nullable(),
    end_user: z.string().nullable().describe('Your own id of the person.'),
    integration: z.string().nullable(),
    provider: z.string().nullable(),
    state: z.string().nullable().describe("The connection's."),
    slot: z.string().nullable(),
    generation: z.int().nullable(),
    current: z.boolean().nullable().describe("It is of its slot's newest generation."),
    alive: z
      .boolean()
      .nullable()
      .describe(
        'The provider may still accept it: it is not known to be expired or revoked there, nor to have died of being replaced.',
      ),
    issued_at: z.iso.datetime().nullable().describe('When we received it.'),
    expires_at: z.iso.datetime().nullable().describe('Null where it is not known to expire.'),
    superseded_at: z.iso.datetime().nullable(),
    last_read_at: z.iso.datetime().nullable().describe("When the connection's token was last read."),
    readers: z
      .array(readerSchema)
      .describe(
        'Who read the connection, who did so last first; 20 at most, and fewer where more than 1,000 values are asked for at once: 2 where it is 10,000. All of them: `GET /v1/connections/{id}/readers`.',
      ),
  })
  .meta({ id: 'TokenLookupResult' });
export type TokenResult = z.infer<typeof tokenResultSchema>;

export const tokenLookupSchema = z
  .strictObject({ data: z.array(tokenResultSchema).describe('One for each value, in their order.') })
  .meta({ id: 'TokenLookup' });
export type TokenLookup = z.infer<typeof tokenLookupSchema>;
