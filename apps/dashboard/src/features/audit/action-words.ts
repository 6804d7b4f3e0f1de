import { t } from '../../messages/index.js';

/** `integration.updated` → `Integration updated`; a new action of the server reads well without a word of ours. */
export function actionWords(action: string): string {
  if (Object.hasOwn(t.audit.actions, action)) return t.audit.actions[action]!;
  const [subject = '', ...verbs] = action.split('.');
  const named = t.objects[subject] ?? subject.replaceAll('_', ' ');
  const words = [named, ...verbs.map((verb) => verb.replaceAll('_', ' '))].join(' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
