import type { z } from 'zod';
import type { Org } from '../org.ts';
import type { clockInput } from './inputs.ts';

export function clockBody(org: Org): object {
  return {
    now: new Date(org.clock.nowMs()).toISOString(),
    frozen: org.clock.setting().fixedMs !== undefined,
  };
}

/** Sets, moves, stops or frees the org's clock. */
export function setClock(org: Org, input: z.infer<typeof clockInput>): object {
  const { clock } = org;
  const wanted = (input.now === undefined ? clock.nowMs() : Date.parse(input.now)) + (input.advanceMs ?? 0);
  const isFrozen = input.frozen ?? clock.setting().fixedMs !== undefined;
  clock.adjust({});
  if (input.reset !== true)
    clock.adjust(isFrozen ? { fixedMs: wanted } : { offsetMs: wanted - clock.nowMs() });
  org.saveSettings();
  return clockBody(org);
}
