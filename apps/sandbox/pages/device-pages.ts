import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { escaped, page } from './page.js';

const secretOf = (ctx: KoaContextWithOIDC): string => String(ctx.oidc.session?.state?.['secret'] ?? '');

/** Why the page is shown again. oidc-provider marks its errors by name alone. */
function failure(error: Error | undefined): string {
  if (!error) return '';
  const text =
    error.name === 'AbortedError'
      ? 'You refused the device. It has been told.'
      : 'That code is wrong, expired or was already used. Please check it.';
  return `<p class="error" role="alert" id="failure">${text}</p>`;
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.type = 'html';
  ctx.body = html;
}

/** The pages of the device flow (RFC 8628), in place of oidc-provider's. */
export const devicePages = {
  userCodeInputSource(
    ctx: KoaContextWithOIDC,
    _form: string,
    _out?: unknown,
    error?: Error & { userCode?: string },
  ): void {
    const code = error?.userCode ?? ctx.state['userCode'] ?? '';
    show(
      ctx,
      page(
        'Connect a device',
        `${failure(error)}<form method="post" action="/device">
<input type="hidden" name="xsrf" value="${escaped(secretOf(ctx))}">
<label for="user_code">Code shown on the device</label>
<input id="user_code" name="user_code" value="${escaped(code)}" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<div class="buttons"><button type="submit">Continue</button></div>
</form>`,
      ),
    );
  },

  userCodeConfirmSource(
    ctx: KoaContextWithOIDC,
    _form: string,
    client: Client,
    _deviceInfo: unknown,
    userCode: string,
  ): void {
    show(
      ctx,
      page(
        'Is this your device?',
        `<p><strong>${escaped(client.clientName ?? client.clientId)}</strong> should show this code:</p>
<p><code>${escaped(userCode)}</code></p>
<form method="post" action="/device">
<input type="hidden" name="xsrf" value="${escaped(secretOf(ctx))}">
<input type="hidden" name="user_code" value="${escaped(userCode)}">
<input type="hidden" name="confirm" value="yes">
<div class="buttons">
<button type="submit">Yes, continue</button>
<button type="submit" name="abort" value="yes" class="second">No</button>
</div>
</form>`,
      ),
    );
  },

  successSource(ctx: KoaContextWithOIDC): void {
    show(ctx, page('Device connected', '<p>You can close this page and go back to the device.</p>'));
  },
};
