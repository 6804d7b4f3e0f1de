import { escaped, page } from './page.js';

interface LoginPage {
  clientName: string;
  login: string;
  failed: boolean;
}

/** Asks who is there. */
export function loginPage({ clientName, login, failed }: LoginPage): string {
  const described = failed ? ' aria-invalid="true" aria-describedby="failure"' : '';
  const focus = (wanted: boolean) => (wanted ? ' autofocus' : '');
  return page(
    'Log in',
    `<p>to continue to <strong>${escaped(clientName)}</strong></p>
${failed ? '<p class="error" role="alert" id="failure">Wrong login or password. Please try again.</p>' : ''}
<form method="post" autocomplete="on">
<label for="login">Login</label>
<input id="login" name="login" value="${escaped(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${described}${focus(!failed)}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described}${focus(failed)}>
<div class="buttons"><button type="submit">Log in</button></div>
</form>`,
  );
}
