/**
 * Shows what is being done, how long it took, and that it goes on: a spinner on a terminal, plain lines elsewhere.
 * @typedef {object} Steps
 * @property {<T>(title: string, work: (say: (detail: string) => void) => Promise<T>) => Promise<T>} step
 *   Runs a piece of work under its title; `say` tells how far it is.
 * @property {(text: string) => void} line Prints a line of its own, past a spinner.
 */

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Without a terminal, a step that takes longer says every so often that it goes on. */
const PATIENCE_MS = 10_000;

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} stream
 * @returns {Steps}
 */
export function createSteps(stream = process.stdout) {
  // A closed pipe (`npm start | head`) must not end what was started.
  if (stream === process.stdout) process.stdout.on('error', () => undefined);
  const terminal = Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
  /** @type {string | undefined} */
  let spinning;

  const show = (/** @type {string} */ text) => {
    spinning = text.slice(0, (stream.columns ?? 80) - 1);
    stream.write(`\r\u001b[2K${spinning}`);
  };
  const line = (/** @type {string} */ text) => {
    if (spinning === undefined) stream.write(`${text}\n`);
    else stream.write(`\r\u001b[2K${text}\n${spinning}`);
  };

  return {
    line,
    async step(title, work) {
      const begun = performance.now();
      let detail = '';
      let frame = 0;
      const tick = () => {
        const seconds = inSeconds(performance.now() - begun);
        if (terminal)
          show(`${FRAMES[frame++ % FRAMES.length]} ${title} (${seconds})${detail && `: ${detail}`}`);
        else line(`… ${title} (${seconds})${detail && `: ${detail}`}`);
      };
      if (terminal) tick();
      const timer = setInterval(tick, terminal ? FRAME_MS : PATIENCE_MS);
      const finish = (/** @type {string} */ mark) => {
        clearInterval(timer);
        if (spinning !== undefined) stream.write('\r\u001b[2K');
        spinning = undefined;
        stream.write(`${mark} ${title}  ${inSeconds(performance.now() - begun)}\n`);
      };
      try {
        const result = await work((text) => {
          detail = text;
        });
        finish('✓');
        return result;
      } catch (error) {
        finish('✗');
        throw error;
      }
    },
  };
}

/** @param {number} ms */
function inSeconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
