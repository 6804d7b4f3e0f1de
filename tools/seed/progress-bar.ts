import type { DemoProgress } from './seed-demo.js';

interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
}

const width = 30;

/** A bar for each thing that is made, on a terminal in one line that moves; elsewhere one line at the end of each. */
export function progressBar(out: Terminal): { show: DemoProgress; end: () => void } {
  let last: string | undefined;
  const show: DemoProgress = (title, done, total) => {
    const filled = Math.round((width * done) / total);
    const bar = '█'.repeat(filled).padEnd(width, '░');
    const line = `${title.padEnd(16)} ${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    if (!out.isTTY) {
      if (done === total) out.write(`${line}\n`);
      return;
    }
    if (last !== undefined && last !== title) out.write('\n');
    last = title;
    out.write(`\r\u001b[2K${line}`);
  };
  return { show, end: () => out.isTTY && out.write('\n') };
}
