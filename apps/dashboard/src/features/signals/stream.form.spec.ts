import type { Stream } from './signals.query.js';
import { changeOf, checkNewStream, newStreamOf, noStream, settingsOf } from './stream.form.js';

const stream = {
  name: 'Okta',
  audience: ['https://eg.example/s'],
  events: null,
  jwks_uri: 'https://okta.example/keys',
  poll_endpoint: null,
} as unknown as Stream;

describe('the form of a stream', () => {
  it('sends only what belongs to the chosen way', () => {
    const values = {
      ...noStream,
      issuer: ' https://okta.example ',
      management_token: 'secret',
      poll_endpoint: 'https://okta.example/poll',
    };
    expect(newStreamOf({ ...values, kind: 'push' })).toEqual({
      issuer: 'https://okta.example',
      delivery: 'push',
    });
    expect(newStreamOf({ ...values, kind: 'revocation' })).toEqual({
      issuer: 'https://okta.example',
      delivery: 'push',
    });
    expect(newStreamOf({ ...values, kind: 'transmitter', managedDelivery: 'poll' })).toEqual({
      issuer: 'https://okta.example',
      delivery: 'poll',
      management_token: 'secret',
    });
  });

  it('says what is missing for the chosen way', () => {
    expect(Object.keys(checkNewStream({ ...noStream, kind: 'poll' }))).toEqual(['issuer', 'poll_endpoint']);
    expect(Object.keys(checkNewStream({ ...noStream, issuer: 'x', jwks: '[]' }))).toEqual(['jwks']);
    expect(checkNewStream({ ...noStream, issuer: 'x', jwks: '{"keys":[]}' })).toEqual({});
  });

  it('changes what differs, and keeps a secret that was not typed', () => {
    const values = settingsOf(stream);
    expect(changeOf(stream, values)).toEqual({});
    expect(changeOf(stream, { ...values, jwks_uri: '', events: 'urn:a\n\nurn:b' })).toEqual({
      jwks_uri: null,
      events: ['urn:a', 'urn:b'],
    });
    expect(changeOf({ ...stream, events: ['urn:a'] }, { ...values, events: ' ' })).toEqual({ events: null });
  });
});
