import { html, pageFrame, type Html, type Page } from '#platform';
import type { SignedReport } from './report.view.js';

/** The same report for people: to be read, printed, or kept as a PDF. */
export function reportPage({ report, jws }: SignedReport): Page {
  const { revocation } = report;
  const title = `Report of revocation ${revocation.id}`;
  const content = html`<h1>${title}</h1>
    <p>
      ${report.is_final ? 'Final.' : 'Not final: it is still under way.'} Made at ${report.made_at} (UTC).
    </p>
    <table>
      <tbody>
        ${facts(report).map(([name, value]) => row(name, value))}
      </tbody>
    </table>
    <h2>Connections</h2>
    <table>
      <thead>
        <tr>
          <th>Connection</th>
          <th>Here</th>
          <th>At</th>
          <th>At the provider</th>
        </tr>
      </thead>
      <tbody>
        ${report.results.map(result)}
      </tbody>
    </table>
    ${report.omitted > 0 ? html`<p>${report.omitted} more are not in this report.</p>` : html``}
    <h2>Signature of the JSON report</h2>
    <p><code>${jws}</code></p>`;
  return { status: 200, html: pageFrame(title, content, { isWide: true }) };
}

function facts({ revocation, approved_by, approved_at, workspace }: SignedReport['report']) {
  const { requested_by: by, targets, items, selector, connection } = revocation;
  const approved = approved_by && `${named(approved_by)} at ${approved_at}`;
  return [
    ['Workspace', workspace],
    ['Reason', revocation.reason],
    ['What', selector ? JSON.stringify(selector) : String(connection)],
    ['Asked for by', `${named(by)} at ${revocation.created_at}`],
    ['Approved by', approved ?? 'nobody: no approval was needed, or none was given'],
    ['State', revocation.state],
    ['Connections', `${targets.dead} of ${targets.total} dead, ${targets.remaining} alive`],
    ['Last one dead', revocation.dead_at ?? '-'],
    ['Finished', revocation.finished_at ?? '-'],
    [
      'At providers',
      Object.entries(items)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
    ],
  ] as const;
}

function named({ type, id, name }: { type: string; id: string; name: string | null }): string {
  return name === null ? `${type} ${id}` : `${name} (${type} ${id})`;
}

function row(name: string, value: string): Html {
  return html`<tr>
    <th>${name}</th>
    <td>${value}</td>
  </tr>`;
}

function result({ connection, result: fate, at, told }: SignedReport['report']['results'][number]): Html {
  const words = told.map(({ slot, state, last_error, http_status }) =>
    [slot, state, last_error, http_status].filter((word) => word !== null).join(' '),
  );
  return html`<tr>
    <td><code>${connection}</code></td>
    <td>${fate.replaceAll('_', ' ')}</td>
    <td>${at}</td>
    <td>${words.join('; ')}</td>
  </tr>`;
}
