import { TagsInput } from '@mantine/core';

interface WordsInputProps {
  label: string;
  description?: string;
  placeholder?: string;
  value: string[];
  error?: string;
  onChange: (words: string[]) => void;
}

/** Several words without spaces (scopes, URLs): typed one by one, or pasted all at once. */
export function WordsInput({ onChange, ...props }: WordsInputProps) {
  return (
    <TagsInput
      {...props}
      splitChars={[' ', ',', '\n']}
      acceptValueOnBlur
      onChange={(values) =>
        onChange([...new Set(values.flatMap((value) => value.split(/[\s,]+/)).filter(Boolean))])
      }
    />
  );
}
