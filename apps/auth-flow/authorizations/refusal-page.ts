import { resultPage, type Page } from '#platform';
import type { Refusal } from './refusal.js';

type Words = Record<'heading' | 'happened' | 'advice', string>;

const words: Record<Refusal['kind'], (provider: string) => Words> = {
  denied: (provider) => ({
    heading: 'You did not allow the access',
    happened: `${provider} told us that you said no. Nothing was connected.`,
    advice: 'If that was a mistake, try again. Otherwise you can close this page.',
  }),
  link: () => ({
    heading: 'This link no longer works',
    happened: 'It has expired or is not complete. Nothing was connected.',
    advice: 'Go back to the application that sent you here and ask for a new link.',
  }),
  used: () => ({
    heading: 'This link was already used',
    happened: 'A link works once, and this one has done its work. Nothing was changed just now.',
    advice: 'If you connected your account a moment ago, all is well. Otherwise ask for a new link.',
  }),
  browser: () => ({
    heading: 'This does not belong to what you began here',
    happened:
      'The answer that reached us is not for a connection that was started in this browser. Nothing was connected.',
    advice:
      'Open your link again and finish in the same browser, with cookies allowed and within ten minutes.',
  }),
  suspended: () => ({
    heading: 'No accounts can be connected right now',
    happened:
      'The application that sent you here is suspended. Nothing was connected, and nothing of your link was used up.',
    advice: 'Ask the application when it is back, then open your link again.',
  }),
  provider: (provider) => ({
    heading: `${provider} could not be connected`,
    happened: `${provider} did not give us the access in a way that we can accept. Nothing was connected.`,
    advice: 'Try again in a moment. If it happens again, tell the application that sent you here.',
  }),
  account: (provider) => ({
    heading: 'This is another account',
    happened: `The account that came back from ${provider} is not the one that was to be reconnected. Nothing was changed.`,
    advice: 'Sign out there, then try again with the account that you connected before.',
  }),
};

/** The page for a refusal. */
export function refusalPage(
  refusal: Refusal,
  links: { provider?: string; retryUrl?: string; returnUrl?: string },
): Page {
  const { provider = 'The provider', retryUrl, returnUrl } = links;
  const { code, status } = refusal;
  const text =
    code === 'connection_gone'
      ? {
          heading: 'This connection has ended',
          happened: 'It was revoked while you were away. Nothing was connected.',
          advice: 'Ask the application that sent you here for a new link.',
        }
      : words[refusal.kind](provider);
  return resultPage({ ...text, status, code, retryUrl, returnUrl });
}
