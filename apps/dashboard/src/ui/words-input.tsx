import { TagsInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

interface WordsInputProps {
  label: string;
  description?: string;
  placeholder?: string;
  value: string[];
  error?: string;
  onChange: (words: string[]) => void;
}

/**
 * Several words without spaces (scopes, URLs): typed one by one, or pasted all at once. The one that is still being
 * typed counts already: leaving the field changes nothing, so no button moves away from under a click.
 */
export function WordsInput({ value, onChange, ...props }: WordsInputProps) {
  const [typed, setTyped] = useState('');
  const done = useRef<readonly string[]>(value);
  const whole = unique([...done.current, ...wordsOf(typed)]);
  const isForeign = whole.join(' ') !== value.join(' ');
  useEffect(() => {
    if (!isForeign) return;
    done.current = value;
    setTyped('');
  }, [isForeign, value]);
  const change = (words: readonly string[], rest: string): void => {
    done.current = unique(words);
    setTyped(rest);
    onChange(unique([...words, ...wordsOf(rest)]));
  };
  return (
    <TagsInput
      {...props}
      acceptValueOnBlur={false}
      value={isForeign ? value : [...done.current]}
      searchValue={typed}
      onSearchChange={(text) => {
        if (text === typed) return;
        if (/[\s,]/.test(text)) change([...done.current, ...wordsOf(text)], '');
        else change(done.current, text);
      }}
      onChange={(words) => change(words.flatMap(wordsOf), words.length > done.current.length ? '' : typed)}
    />
  );
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
const unique = (words: readonly string[]): string[] => [...new Set(words)];
