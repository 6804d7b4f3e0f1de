/** Something the person at the keyboard can mend. Its message says what is wrong and what to do; no stack is shown. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
