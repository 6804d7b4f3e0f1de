import { html } from '#platform';
import { pageFrame } from './page-frame.js';

/** One kind of problem, as the catalogue has it. */
export interface ProblemKind {
  slug: string;
  status: number;
  title: string;
}

/** The list behind `/problems`. */
export function problemListPage(kinds: readonly ProblemKind[]): string {
  const rows = kinds
    .toSorted((a, b) => a.status - b.status || a.slug.localeCompare(b.slug))
    .map(
      ({ slug, status, title }) =>
        html`<tr>
          <td class="number">${status}</td>
          <td><a href="/problems/${slug}">${slug}</a></td>
          <td>${title}</td>
        </tr>`,
    );
  return pageFrame(
    'Problems',
    html`<h1>Problems</h1>
      <p>
        An answer that is not a success is <code>application/problem+json</code> (RFC 9457). Its
        <code>type</code> names one of these; compare that, not the text.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Type</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
  );
}

/** The page that a problem's `type` leads to. */
export function problemPage({ slug, status, title }: ProblemKind): string {
  return pageFrame(
    title,
    html`<h1>${title}</h1>
      <p class="dim"><code>${slug}</code> · HTTP status ${status}</p>
      <p>${adviceFor(status)}</p>
      <p>
        <code>detail</code> says more about the one occurrence, and <code>errors</code>, where it is there,
        points at what was wrong in the request. Give the answer's <code>X-Request-Id</code> when you ask
        somebody for help.
      </p>
      <p><a href="/problems">All problems</a></p>`,
  );
}

function adviceFor(status: number): string {
  if (status === 401) return 'Send a valid key or sign in; the same request will not succeed without it.';
  if (status === 403)
    return 'The caller is known but may not do this. Use a key with the scope that the route needs, or a role with its permission.';
  if (status === 404)
    return 'Nothing of that name is visible to this caller. Check the id and the workspace of the key.';
  if (status === 409)
    return 'The state of things forbids this now. Read the current state, then decide anew.';
  if (status === 410) return 'It was there and has ended for good. Repeating the request changes nothing.';
  if (status === 429) return 'Too many requests. Wait as long as Retry-After says, then go on more slowly.';
  if (status >= 500)
    return 'The fault is not in the request. Where Retry-After is given, the same request may be sent again then.';
  return 'The request itself is at fault. Correct it before you send it again.';
}
