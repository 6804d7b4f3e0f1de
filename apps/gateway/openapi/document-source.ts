import { text } from 'node:stream/consumers';
import { WholeBody } from '../upstreams/answer-handler.js';
import type { UpstreamClient } from '../upstreams/upstream.client.js';
import { isOpenApiDocument, type OpenApiDocument } from './openapi-document.js';
import { type DocumentPart, mergeDocuments } from './merge-documents.js';

const wholeForMs = 60_000;
/** A document with a part missing is asked for again soon. */
const partialForMs = 5_000;
const answerWithinMs = 3_000;

interface Cached {
  document: Promise<OpenApiDocument>;
  until: number;
}

/** The services' documents as one, fetched at most once a minute however many ask. */
export class DocumentSource {
  private cached?: Cached;

  constructor(
    /** What the document says that no service does; asked for when the first reader comes. */
    private readonly frame: () => Promise<OpenApiDocument>,
    private readonly upstreams: readonly UpstreamClient[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Never fails: a service that does not answer is named in `x-evergrant-missing`. */
  merged(): Promise<OpenApiDocument> {
    if (!this.cached || this.cached.until <= this.now()) {
      // Until the answer is known, whoever asks shares this one.
      const entry: Cached = { document: this.fetch(), until: Infinity };
      this.cached = entry;
      void entry.document.then((document) => {
        entry.until = this.now() + ('x-evergrant-missing' in document ? partialForMs : wholeForMs);
      });
    }
    return this.cached.document;
  }

  private async fetch(): Promise<OpenApiDocument> {
    const fetched = await Promise.allSettled(this.upstreams.map((upstream) => partOf(upstream)));
    const parts = fetched.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const missing = this.upstreams
      .map(({ name }) => name)
      .filter((name) => !parts.some((part) => part.service === name));
    const frame = await this.frame();
    return mergeDocuments(missing.length > 0 ? incomplete(frame, missing) : frame, parts).document;
  }
}

async function partOf(upstream: UpstreamClient): Promise<DocumentPart> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const { statusCode, body } = await upstream.send({
    path: '/openapi.json',
    method: 'GET',
    headers: {},
    signal,
  });
  const content = body instanceof WholeBody ? body.content.toString('utf8') : await text(body);
  const document: unknown = statusCode === 200 ? JSON.parse(content) : undefined;
  if (!isOpenApiDocument(document)) throw new Error(`${upstream.name} has no OpenAPI 3.1 document`);
  return { service: upstream.name, document };
}

function incomplete(frame: OpenApiDocument, missing: readonly string[]): OpenApiDocument {
  const warning = `**Incomplete:** ${missing.join(', ')} did not answer; load this again in a few seconds.`;
  return {
    ...frame,
    info: { ...frame.info, description: [warning, frame.info.description].filter(Boolean).join('\n\n') },
    'x-evergrant-missing': missing,
  };
}
