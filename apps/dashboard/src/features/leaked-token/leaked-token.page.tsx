import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { onHandOver } from '../../ui/hand-over.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { idPasted } from './id-pasted.js';
import { LookupForm } from './lookup.form.js';
import type { TokenResult } from './leaked-token.query.js';
import { Results } from './results.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;

/** Paste, see whose it is, revoke. The values leave the page with the answer, but for one that may be an id. */
export function LeakedTokenPage() {
  // A token that is handed over while the page is open: it begins anew.
  const [begun, setBegun] = useState(0);
  useEffect(() => onHandOver(() => setBegun((before) => before + 1)), []);
  return <Lookup key={begun} />;
}

function Lookup() {
  const [answer, setAnswer] = useState<{ results: readonly TokenResult[]; id: string | undefined }>();
  const results = answer?.results;
  const again = results && (
    <Button variant="default" onClick={() => setAnswer(undefined)}>
      {words.again}
    </Button>
  );
  return (
    <Page
      title={words.title}
      status={results ? sentenceOf(results) : words.status}
      actions={again}
      narrow={!results || results.length === 1}
    >
      <NeedsPermission permission="tokens:lookup">
        {answer ? (
          <>
            <Results {...answer} />
            <p className={classes.quiet}>{answer.id === undefined ? words.dropped : words.kept}</p>
          </>
        ) : (
          <LookupForm
            onFound={(found, tokens) => setAnswer({ results: found, id: idPasted(tokens, found) })}
          />
        )}
      </NeedsPermission>
    </Page>
  );
}

function sentenceOf(results: readonly TokenResult[]): string {
  const found = results.filter((result) => result.found).length;
  const alive = results.filter((result) => result.alive === true).length;
  return words.sentence(count(found), count(results.length), count(alive));
}
