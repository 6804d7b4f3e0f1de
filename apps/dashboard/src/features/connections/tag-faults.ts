import { t } from '../../messages/index.js';

const words = t.connection.tags;

/** What is wrong with a tag, by field. A key that is there already is none to add: that would write over its value. */
export function tagFaults(
  { key, value }: { key: string; value: string },
  taken: readonly string[],
): { key?: string; value?: string } {
  const isKey = /^[^:\p{Cc}]{1,40}$/u.test(key.trim());
  const isValue = /^[^\p{Cc}]{1,200}$/u.test(value.trim());
  return {
    ...(!isKey && { key: words.keyFault }),
    ...(taken.includes(key.trim()) && { key: words.keyTaken }),
    ...(!isValue && { value: words.valueFault }),
  };
}
