import type { z } from 'zod';
import type { Org } from '../org.ts';
import type { clockInput } from './inputs.ts';

export function clockBody({ clock }: Org): object {
  const { fixedMs, offsetMs = 0 } = clock.setting();
  return { now: new Date(clock.nowMs()).toISOString(), fixed: fixedMs !== undefined, offsetMs };
}

/** Stops, shifts or moves the org's clock; with nothing said it is the machine's again. */
export function setClock(org: Org, { now, offsetMs, advanceMs }: z.infer<typeof clockInput>): object {
  const { clock } = org;
  const { fixedMs, offsetMs: currentOffsetMs = 0 } = clock.setting();
  if (advanceMs !== undefined)
    clock.adjust(
      fixedMs === undefined ? { offsetMs: currentOffsetMs + advanceMs } : { fixedMs: fixedMs + advanceMs },
    );
  else if (now) clock.adjust({ fixedMs: Date.parse(now) });
  else clock.adjust({ offsetMs: offsetMs ?? 0 });
  org.saveSettings();
  return clockBody(org);
}
