import { Button, Stack, Textarea } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { ApiProblem } from '../../api/problem.js';
import { t } from '../../messages/index.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { takeOver } from '../../ui/hand-over.js';
import { count } from '../../ui/number.js';
import { lookUp, type TokenResult } from './leaked-token.query.js';
import { pastedLines, type Pasted } from './pasted-lines.js';

const words = t.leakedToken;

type OnFound = (results: TokenResult[], tokens: readonly string[]) => void;

/** The values are in this field and nowhere else; they go with the answer. */
export function LookupForm({ onFound }: { onFound: OnFound }) {
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const pasted = pastedLines(text);
  const look = async (values: Pasted): Promise<void> => {
    setTried(true);
    setProblem(undefined);
    if (values.kind !== 'tokens') return;
    setBusy(true);
    try {
      const results = await lookUp(values.tokens);
      setText('');
      setTried(false);
      onFound(results, values.tokens);
    } catch (thrown) {
      setProblem(ApiProblem.from(thrown));
    }
    setBusy(false);
  };
  useEffect(() => {
    // Pasted into the palette or a search: it was asked for there already.
    const handed = takeOver();
    if (handed === undefined) return;
    setText(handed);
    void look(pastedLines(handed));
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void look(pasted);
  };
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap={16}>
        <Textarea
          label={words.field}
          description={words.fieldHint}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={text}
          error={isTried && faultOf(pasted)}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        {problem && <ProblemAlert problem={problem} />}
        <div>
          <Button type="submit" loading={isBusy}>
            {pasted.kind === 'tokens' && pasted.tokens.length > 1
              ? `${words.action} ${words.lines(count(pasted.tokens.length))}`
              : words.action}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function faultOf(pasted: Pasted): string | undefined {
  if (pasted.kind === 'nothing') return words.faults.nothing;
  if (pasted.kind === 'many') return words.faults.many(count(pasted.count));
  return pasted.kind === 'long' ? words.faults.long(count(pasted.line)) : undefined;
}
