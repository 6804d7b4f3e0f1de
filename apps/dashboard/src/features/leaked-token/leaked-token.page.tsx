import { Button } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { LookupForm } from './lookup.form.js';
import type { TokenResult } from './leaked-token.query.js';
import { Results } from './results.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;

/** Paste, see whose it is, revoke. The values leave the page with the answer. */
export function LeakedTokenPage() {
  // A token handed over while the page is open comes with a new entry of the history: the page begins anew.
  const entry = useLocation({ select: ({ state }) => state.__TSR_key ?? state.key });
  return <Lookup key={entry} />;
}

function Lookup() {
  const [results, setResults] = useState<readonly TokenResult[]>();
  const again = results && (
    <Button variant="default" onClick={() => setResults(undefined)}>
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
        {results ? (
          <>
            <Results results={results} />
            <p className={classes.quiet}>{words.dropped}</p>
          </>
        ) : (
          <LookupForm onFound={setResults} />
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
