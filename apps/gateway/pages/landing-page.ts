import { html } from '#platform';
import { pageFrame } from './page-frame.js';

/** What `/` shows while the admin service serves no page of its own. */
export function landingPage(publicUrl: string): string {
  return pageFrame(
    'Welcome',
    html`<h1>Evergrant is running</h1>
      <p class="dim">It keeps third-party OAuth connections alive: connect, renew, read, revoke, prove.</p>
      <ul class="cards">
        <li>
          <a href="/docs">The API</a><br />Every route with its schema, to read and to try with your key.
        </li>
        <li><a href="/problems">Problems</a><br />What each error means, and what to do about it.</li>
        <li><a href="/health/ready">Health</a><br />Whether every service behind this address is ready.</li>
        <li><a href="/openapi.json">openapi.json</a><br />The same description for tools: OpenAPI 3.1.</li>
      </ul>
      <h2>First steps</h2>
      <p>With the key from <code>bootstrap.json</code> in your data directory:</p>
      <pre><code>curl ${publicUrl}/v1/integrations \\
  -H "Authorization: Bearer $EVERGRANT_API_KEY"</code></pre>
      <p>
        The README's tour goes on from here: connect a user, read the token, watch it being renewed, revoke
        it.
      </p>`,
  );
}
