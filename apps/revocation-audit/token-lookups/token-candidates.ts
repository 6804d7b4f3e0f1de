/** A paste has few layers: what unfolds further is no token of anybody's. */
const mostCandidates = 8;

const invisible = /[\u200b-\u200d\u2060\ufeff]/g;
const quotes = [`''`, '""', '``', '“”', '‘’', '<>'];
const tail = ',;';
const flag = /^(?:-H|--header)\s+/;
const header = /^(["']?)(?:proxy-)?authorization\1\s*[:=]\s*/i;
const scheme = /^(?:bearer|token|oauth|dpop)(?:\s+|\+|%20)/i;
const parameter = /(?:^|[?&#;\s])(?:access_token|refresh_token|oauth_token|token)=([^&#\s]+)/i;
const member = /^["']?(?:access_token|refresh_token|token)["']?\s*:\s*(.+)$/is;

/**
 * What a pasted value may stand for, as it came first: without whitespace, quotes, an Authorization header or its scheme, a
 * form's or JSON's member around it, URL encoding or JSON's escapes. A token of ours is found by exactly one of them.
 */
export function tokenCandidates(value: string): string[] {
  const found = new Set<string>();
  const open = [value];
  for (let next = open.shift(); next !== undefined && found.size < mostCandidates; next = open.shift()) {
    const text = next.replaceAll(invisible, '').trim();
    if (text === '' || found.has(text)) continue;
    found.add(text);
    // Inwards first: layers come off in any order, and all orders of four are more than there is room for.
    open.unshift(...unwrapped(text));
  }
  return [...found];
}

function unwrapped(text: string): string[] {
  const inner = [
    unquoted(text),
    text.replace(flag, ''),
    text.replace(header, ''),
    text.replace(scheme, ''),
    parameter.exec(text)?.[1],
    member.exec(text)?.[1],
    ...ofJson(text),
    withoutTail(text),
    percentDecoded(text),
    // A line that was broken on the way.
    /[\r\n]/.test(text) ? text.replaceAll(/\s+/g, '') : undefined,
  ];
  return inner.filter((one) => one !== undefined && one !== text) as string[];
}

function unquoted(text: string): string | undefined {
  if (text.length < 2) return undefined;
  return quotes.includes(`${text[0]}${text.at(-1)}`) ? text.slice(1, -1) : undefined;
}

/** By hand: a regular expression that is anchored at the end alone tries every comma of thousands to the last one. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && tail.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

/** A JSON string, or an answer of a token endpoint. */
function ofJson(text: string): string[] {
  if (!/^["{]/.test(text)) return [];
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === 'string') return [parsed];
    const { access_token, refresh_token, token } = parsed as Record<string, unknown>;
    return [access_token, refresh_token, token].filter((one) => typeof one === 'string');
  } catch {
    return [];
  }
}

function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
