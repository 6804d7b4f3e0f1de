import { describe, expect, it } from '@jest/globals';
import type { Integration } from '../../api/integrations.query.js';
import { changeOf, fieldOf, parsedObject, valuesOf } from './integration-values.js';
import type { ProviderField } from './provider-fields.js';

const base: Integration = {
  id: 'int_1',
  provider: 'custom',
  name: 'Example',
  state: 'active',
  paused_reason: null,
  client_id: 'client',
  redirect_uri: 'https://evergrant.example/oauth/callback/int_1',
  token_endpoint_auth_method: 'client_secret_basic',
  scopes: ['openid'],
  refresh_policy: 'ahead',
  return_urls: [],
  confirmation: true,
  settings: {
    issuer: 'https://old.example',
    token_endpoint: 'https://old.example/token',
    openid: true,
    rotation: { mode: 'B', grace_seconds: 60 },
  },
  limits: {},
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};
const field = (name: string): ProviderField => ({
  ...{ name, label: name, description: null, isRequired: false },
  ...{ pattern: null, example: null, isAdvanced: false },
});
const fields = [field('issuer'), field('token_endpoint')];

describe('changeOf', () => {
  it('is nothing where nothing was changed', () => {
    expect(changeOf(base, valuesOf(base, fields), fields)).toEqual({});
  });

  it('has only what was changed', () => {
    const values = { ...valuesOf(base, fields), name: 'Other', concurrency: 3 as const };
    expect(changeOf(base, values, fields)).toEqual({ name: 'Other', limits: { concurrency: 3 } });
  });

  it('leaves out what the old issuer said, and keeps what was set by hand', () => {
    const values = { ...valuesOf(base, fields), 'setting:issuer': 'https://new.example' };
    expect(changeOf(base, values, fields)).toEqual({
      settings: { issuer: 'https://new.example', rotation: { mode: 'B', grace_seconds: 60 } },
    });
  });

  it('keeps an endpoint that was typed together with the new issuer', () => {
    const values = {
      ...valuesOf(base, fields),
      'setting:issuer': 'https://new.example',
      'setting:token_endpoint': 'https://new.example/t',
    };
    expect(changeOf(base, values, fields).settings).toMatchObject({
      token_endpoint: 'https://new.example/t',
    });
  });

  it('sends a secret where one was typed', () => {
    const values = { ...valuesOf(base, fields), client_secret: 'typed' };
    expect(changeOf(base, values, fields)).toEqual({ client_secret: 'typed' });
  });

  it('does not send the order of keys as a change', () => {
    const values = {
      ...valuesOf(base, fields),
      other: '{"rotation":{"grace_seconds":60,"mode":"B"},"openid":true}',
    };
    expect(changeOf(base, values, fields)).toEqual({});
  });
});

describe('parsedObject', () => {
  it.each([['[]'], ['"text"'], ['null'], ['{']])('refuses %s', (json) => {
    expect(parsedObject(json)).toBeUndefined();
  });
});

describe('fieldOf', () => {
  it.each([
    ['/settings/issuer', 'setting:issuer'],
    ['/settings/rotation/mode', 'other'],
    ['/settings', 'other'],
    ['/limits/concurrency', 'concurrency'],
    ['/scopes/0', undefined],
  ])('puts %s at %s', (pointer, name) => {
    expect(fieldOf(pointer, fields)).toBe(name);
  });
});
