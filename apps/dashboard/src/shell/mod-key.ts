import { t } from '../messages/index.js';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** What the key of shortcuts is called here. */
export const modKey = isApple ? t.shell.keys.command : t.shell.keys.control;
