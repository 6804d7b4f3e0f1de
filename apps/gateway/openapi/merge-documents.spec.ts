import { mergeDocuments } from './merge-documents.js';
import type { OpenApiDocument } from './openapi-document.js';

const frame: OpenApiDocument = { openapi: '3.1.0', info: { title: 'Evergrant', version: '1' } };
const part = (service: string, rest: Partial<OpenApiDocument>) => ({
  service,
  document: { ...frame, ...rest },
});

describe('mergeDocuments', () => {
  it('puts the paths, webhooks and tags of all services side by side', () => {
    const { document, conflicts } = mergeDocuments(frame, [
      part('auth-flow', {
        paths: { '/v1/connections': { get: {} } },
        webhooks: { 'connection.authorized': { post: {} } },
        tags: [{ name: 'connections' }],
      }),
      part('revocation-audit', {
        paths: { '/v1/revocations': { post: {} } },
        tags: [{ name: 'revocations' }],
      }),
    ]);
    expect(Object.keys(document.paths!)).toEqual(['/v1/connections', '/v1/revocations']);
    expect(Object.keys(document.webhooks!)).toEqual(['connection.authorized']);
    expect(document.tags).toEqual([{ name: 'connections' }, { name: 'revocations' }]);
    expect(conflicts).toEqual([]);
  });

  it('takes a component once that services define alike', () => {
    const components = { schemas: { Problem: { type: 'object', properties: { type: { type: 'string' } } } } };
    const { document, conflicts } = mergeDocuments(frame, [
      part('auth-flow', { components }),
      part('admin', { components: JSON.parse(JSON.stringify(components)) }),
    ]);
    expect(document.components).toEqual(components);
    expect(conflicts).toEqual([]);
  });

  it('names what services define differently, and lets the first stand', () => {
    const { document, conflicts } = mergeDocuments(frame, [
      part('auth-flow', {
        components: { schemas: { Actor: { type: 'object' } } },
        paths: { '/v1/x': { get: {} } },
      }),
      part('admin', {
        components: { schemas: { Actor: { type: 'string' } } },
        paths: { '/v1/x': { post: {} } },
      }),
    ]);
    expect(document.components).toEqual({ schemas: { Actor: { type: 'object' } } });
    expect(conflicts).toEqual(['path /v1/x (admin)', 'components.schemas Actor (admin)']);
  });

  it('leaves out what a service serves for operators, which does not pass the gateway', () => {
    const paths = { '/health/live': {}, '/health': {}, '/metrics': {}, '/openapi.json': {}, '/healthy': {} };
    expect(mergeDocuments(frame, [part('admin', { paths })]).document.paths).toEqual({ '/healthy': {} });
  });
});
