import { expect, test } from '@jest/globals';
import {
  connectionEventTypes,
  integrationEventTypes,
  providerEventTypes,
  securityEventTypes,
  tokenEventTypes,
} from '#events';
import { concerns } from './concerns.js';

test('what makes an answer old is an event that there is', () => {
  const types: string[] = [
    ...connectionEventTypes,
    ...tokenEventTypes,
    ...integrationEventTypes,
    ...providerEventTypes,
    ...securityEventTypes,
  ];
  expect(concerns.filter(([prefix]) => !types.some((type) => type.startsWith(prefix)))).toEqual([]);
});
