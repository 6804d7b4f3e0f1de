/** Something the person at the keyboard can mend: its message is all they need, so no stack is shown. */
export class PrepareError extends Error {
  name = 'PrepareError';
}
