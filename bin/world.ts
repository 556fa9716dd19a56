import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../connectors/world.ts';
import { drawRandom } from '../db/random.ts';
import { exchange } from './exchange.ts';

/** The world as it is: this machine's time and chance, and the network to these hosts. */
export function realWorld(
  allowedHosts: Iterable<string>,
  clock: { now(): number } = { now: () => Date.now() },
): World {
  return {
    now: () => clock.now(),
    machineNow: () => Date.now(),
    sleep: delayMs => sleep(delayMs),
    randomBytes: drawRandom,
    exchange,
    allowedHosts: new Set(allowedHosts),
  };
}
