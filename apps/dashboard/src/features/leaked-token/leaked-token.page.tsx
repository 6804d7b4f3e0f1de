import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../../messages/index.js';
import { NeedsPermission } from '../../ui/allowed.js';
import { onHandOver } from '../../ui/hand-over.js';
import { count } from '../../ui/number.js';
import { Page } from '../../ui/page.js';
import { LookupForm } from './lookup.form.js';
import type { TokenResult } from './leaked-token.query.js';
import { Results } from './results.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken;

/** Paste, see whose it is, revoke. The values leave the page with the answer. */
export function LeakedTokenPage() {
  // A token that is handed over while the page is open: it begins anew.
  const [begun, setBegun] = useState(0);
  useEffect(() => onHandOver(() => setBegun((before) => before + 1)), []);
  return <Lookup key={begun} />;
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
