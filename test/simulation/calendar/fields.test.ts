import { expect, it } from 'vitest';
import { meansTheSame } from './fields.ts';

const BERLIN = '2026-06-28T12:00:00[Europe/Berlin]/2026-06-28T12:45:00[Europe/Berlin]';

it.each([
  ['2026-06-28T10:00:00/2026-06-28T10:45:00', true],
  ['2026-06-28T12:00:00/2026-06-28T12:45:00', false],
  ['2026-06-28/2026-06-28', false],
])('CAL-3: the history tells a time in the zone it was entered in: %s is it: %s', (entered, isIt) => {
  expect(meansTheSame('span', entered, BERLIN)).toBe(isIt);
});
