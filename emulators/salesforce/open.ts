import type { RequestListener } from 'node:http';
import { setTimeout as sleepInRealTime } from 'node:timers/promises';
import { type RandomBytes, randomUint32, systemRandom } from '../randomness.ts';
import type { Clock } from './clock.ts';
import type { Emulator } from './emulator.ts';
import { createFaults } from './faults/faults.ts';
import { listener } from './http/listener.ts';
import { createRequestLog } from './http/requestLog.ts';
import { createSessions } from './oauth/sessions.ts';
import { openOrg } from './org.ts';
import { createUsage } from './rest/usage.ts';
import { seed } from './seed.ts';
import { createCursors } from './soql/cursors.ts';

export interface SalesforceServiceOptions {
  /** Where the org is kept; without it, it lasts as long as the process. */
  readonly stateFile?: string;
  readonly clock?: Clock;
  /** Where ids, secrets and chance come from; without it, the system's. */
  readonly randomBytes?: RandomBytes;
  /** RSA, PEM: the key of a new org's connected app; without it, one is made, which takes its time. A kept org keeps its key. */
  readonly privateKey?: string;
  /** How an injected latency passes; without it, in real time. */
  readonly sleep?: (delayMs: number) => Promise<void>;
}

export interface OpenSalesforceEmulator {
  /** The complete service: OAuth, the REST data API and the control interface. */
  readonly listener: RequestListener;
  close(): void;
}

const UINT32_VALUES = 2 ** 32;

/** An emulator without a port of its own. */
export function openSalesforceEmulator(options: SalesforceServiceOptions = {}): OpenSalesforceEmulator {
  const randomBytes = options.randomBytes ?? systemRandom;
  const org = openOrg({ ...options, randomBytes });
  seed(org);
  const usage = createUsage(
    org.clock,
    (org.store.document('usage') as Record<string, number> | undefined) ?? {},
  );
  org.store.commit();
  const emulator: Emulator = {
    org,
    usage,
    sessions: createSessions(org, randomBytes),
    cursors: createCursors(randomBytes),
    log: createRequestLog(),
    faults: createFaults(() => randomUint32(randomBytes) / UINT32_VALUES),
    sleep: options.sleep ?? sleepInRealTime,
  };
  return {
    listener: listener(emulator),
    close() {
      org.store.putDocument('usage', usage.snapshot());
      org.store.commit();
      org.store.close();
    },
  };
}
