import { escaped, page } from './page.js';

interface ConsentPage {
  clientName: string;
  userName: string;
  scopes: string[];
  resources: string[];
}

const meanings: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  profile: 'Read your name',
  email: 'Read your email address',
  groups: 'Read which groups you are in',
  offline_access: 'Keep access while you are away',
  'notes:read': 'Read your notes',
  'notes:write': 'Write notes for you',
};

const item = (scope: string): string =>
  `<li>${escaped(meanings[scope] ?? 'Something without a description')} <span class="quiet">(${escaped(scope)})</span></li>`;

/** Asks whether the client may. */
export function consentPage({ clientName, userName, scopes, resources }: ConsentPage): string {
  const wanted = scopes.length > 0 ? `<ul>${scopes.map(item).join('')}</ul>` : '<p>nothing in particular</p>';
  return page(
    `Allow ${clientName}?`,
    `<p>You are logged in as <strong>${escaped(userName)}</strong>. <strong>${escaped(clientName)}</strong> asks to:</p>
${wanted}
<p class="quiet">at ${resources.map(escaped).join(' and ')}</p>
<form method="post">
<div class="buttons">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="second">Deny</button>
</div>
</form>`,
  );
}
