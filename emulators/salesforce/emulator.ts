import type { Faults } from './faults/faults.ts';
import type { RequestLog } from './http/requestLog.ts';
import type { Sessions } from './oauth/sessions.ts';
import type { Org } from './org.ts';
import type { Usage } from './rest/usage.ts';
import type { Cursors } from './soql/cursors.ts';

/** One running emulator: the org and what only lives with the process. */
export interface Emulator {
  readonly org: Org;
  readonly sessions: Sessions;
  readonly cursors: Cursors;
  readonly usage: Usage;
  readonly log: RequestLog;
  readonly faults: Faults;
  sleep(delayMs: number): Promise<void>;
}
