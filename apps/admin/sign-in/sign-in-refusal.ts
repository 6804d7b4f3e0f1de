import type { SignInStart } from './return-to.js';

const refusals = {
  unknown_issuer: [404, 'There is no such way to sign in', 'This address is not one that people sign in at.'],
  unknown_sign_in: [
    400,
    'This sign-in cannot be completed',
    'It was begun in another browser, was completed before, or took longer than ten minutes.',
  ],
  issuer_unavailable: [
    502,
    'Your identity provider did not answer',
    'It could not be reached, or its answer could not be understood.',
  ],
  denied: [
    403,
    'You did not sign in',
    'Your identity provider says that the sign-in was refused or broken off.',
  ],
  answer_refused: [
    400,
    'The sign-in was not accepted',
    'What your identity provider sent does not stand up to our checks.',
  ],
  not_fresh: [
    403,
    'A fresh sign-in is needed',
    'Your identity provider did not ask you to prove again who you are, or did not say when you did.',
  ],
  no_access: [
    403,
    'You have no access',
    'You are signed in at your identity provider, but you are a member of no workspace here.',
  ],
} as const satisfies Record<string, readonly [status: number, heading: string, happened: string]>;

export type SignInRefusalCode = keyof typeof refusals;

/** Why a sign-in came to nothing: for a page, a count of refused attempts and a log line; never a secret. */
export class SignInRefusal extends Error {
  override readonly name = 'SignInRefusal';
  readonly status: number;
  readonly heading: string;
  readonly happened: string;
  /** Of the sign-in, where it is known: whoever tries again wants the same. */
  start: SignInStart = {};

  /** @param reason a code that says more, for whoever is asked for help */
  constructor(
    readonly code: SignInRefusalCode,
    readonly reason: string = code,
    cause?: unknown,
  ) {
    super(`${code}: ${reason}`, { cause });
    [this.status, this.heading, this.happened] = refusals[code];
  }

  /** Answers what a step of a sign-in answers; its refusal knows what that was begun with. */
  static async ofSignIn<T>(start: SignInStart, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof SignInRefusal) error.start = start;
      throw error;
    }
  }
}
