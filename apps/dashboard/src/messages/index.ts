import { en } from './en/index.js';

/** Every text of the page. A translation has exactly this shape. */
export type Messages = typeof en;

/** By primary language subtag (RFC 5646). A new language is a folder beside `en` and a line here. */
const catalogues: Record<string, Messages> = { en };

const primary = (tag: string): string => tag.split('-', 1)[0] ?? tag;

export const language = navigator.languages.find((tag) => primary(tag) in catalogues) ?? 'en';
export const t: Messages = catalogues[primary(language)] ?? en;
