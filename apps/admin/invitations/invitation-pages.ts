import { html, pageFrame, resultPage, type FoundSession, type Page } from '#platform';
import type { Invitation } from '#storage';
import type { InvitationObstacle } from './invitation-links.service.js';

interface Words {
  status: number;
  heading: string;
  happened: string;
  advice: string;
}

const askAgain = 'Ask whoever invited you for a new link, if you still need one.';

const words: Readonly<Record<InvitationObstacle, Words>> = {
  accepted: {
    status: 410,
    heading: 'This invitation was used',
    happened: 'Somebody accepted it before. It works once.',
    advice: 'If that was you, open the dashboard. If not, tell whoever invited you.',
  },
  revoked: {
    status: 410,
    heading: 'This invitation was taken back',
    happened: 'An admin of the workspace revoked it.',
    advice: askAgain,
  },
  refused: {
    status: 410,
    heading: 'This invitation was not approved',
    happened: 'It needed a second admin, who did not agree in time.',
    advice: askAgain,
  },
  expired: {
    status: 410,
    heading: 'This invitation is too old',
    happened: 'It was not accepted in time.',
    advice: askAgain,
  },
  awaiting_approval: {
    status: 409,
    heading: 'This invitation is not approved yet',
    happened: 'It makes you an admin, and for that a second admin has to agree.',
    advice: 'Open the link again later.',
  },
  suspended: {
    status: 403,
    heading: 'This workspace is suspended',
    happened: 'Nobody can join it at the moment.',
    advice: 'Open the link again when an admin has resumed it.',
  },
  unverified_address: {
    status: 403,
    heading: 'Your address is not verified',
    happened: 'Your identity provider does not say that your email address is yours.',
    advice: 'Have it verified there, sign in again, and open the link again.',
  },
  other_address: {
    status: 403,
    heading: 'This invitation is for somebody else',
    happened: 'You are signed in with another email address than the one that was invited.',
    advice: 'Sign in with the invited one, or ask for an invitation of yours.',
  },
};

/** Why the invitation cannot be accepted. Who signs in otherwise may still do. */
export function obstaclePage(obstacle: InvitationObstacle, signInUrl: string): Page {
  const otherwise = obstacle === 'other_address' || obstacle === 'unverified_address';
  return resultPage({ ...words[obstacle], ...(otherwise && { retryUrl: signInUrl }) });
}

/** What whoever is invited reads before they sign in, or accept. */
export function invitationPage(
  invitation: Invitation,
  session: FoundSession | undefined,
  signInUrl: string,
): Page {
  const title = `Join ${invitation.workspaceName}`;
  const { name, id } = invitation.invitedBy;
  const content = html`<h1>${title}</h1>
    <p>
      <strong>${name ?? id}</strong> invites <strong>${invitation.email}</strong> to the workspace
      <strong>${invitation.workspaceName}</strong> as <strong>${invitation.role}</strong>.
    </p>
    ${
      session
        ? html`<form method="post">
            <input type="hidden" name="csrf" value="${session.csrfToken}" />
            <p class="actions"><button class="main" type="submit">Join as ${session.person.name}</button></p>
          </form>`
        : html`<p class="actions"><a class="main" href="${signInUrl}">Sign in to join</a></p>`
    }
    <p class="dim">
      The invitation works once, until ${invitation.expiresAt.toUTCString()}. If you did not expect it, close
      this page: nothing has happened yet.
    </p>`;
  return { status: 200, html: pageFrame(title, content), hasForm: session !== undefined };
}
