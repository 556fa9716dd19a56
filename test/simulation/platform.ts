import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { type KeyRing, parseKeyRing } from '../../db/keys.ts';
import { openGraphEmulator } from '../../emulators/graph/open.ts';
import { openSalesforceEmulator } from '../../emulators/salesforce/open.ts';
import { graphBehind } from '../emulated/graph.ts';
import { inProcess } from '../emulated/reach.ts';
import { salesforceBehind } from '../emulated/salesforce.ts';
import { MONDAY_MORNING_MS, type Platform, type PlatformOptions } from '../engine/platform.ts';
import { Chance } from '../planner/chance.ts';
import { Network } from './network.ts';
import { Turns } from './turns.ts';

/** How a run gets an empty database. */
export type OpenStore = (options: {
  keyRing: KeyRing;
  randomBytes: (size: number) => Uint8Array;
}) => Promise<Database>;

export interface SimulatedPlatform extends Platform {
  readonly turns: Turns;
  readonly network: Network;
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Emulators, database and engine in one process, with all time and chance from the seed. */
export async function openSimulatedPlatform(
  seed: number,
  { users, hasKeyField }: PlatformOptions,
  openStore: OpenStore,
): Promise<SimulatedPlatform> {
  const clock = { nowMs: MONDAY_MORNING_MS };
  const now = () => clock.nowMs;
  const bytesOf = (purpose: string) => seededBytes(new Chance(seedOf(seed, purpose)));
  const graphEmulator = openGraphEmulator({ now, randomBytes: bytesOf('graph') });
  const salesforceEmulator = openSalesforceEmulator({
    clock: { nowMs: now },
    randomBytes: bytesOf('salesforce'),
    privateKey,
  });
  const graph = await graphBehind(inProcess(GRAPH_ORIGIN, graphEmulator), users);
  const salesforce = await salesforceBehind(
    inProcess(SALESFORCE_ORIGIN, salesforceEmulator),
    hasKeyField,
    users,
  );
  const randomBytes = bytesOf('engine');
  const database = await openStore({ keyRing: KEY_RING, randomBytes });
  const pass = (delayMs: number) => {
    clock.nowMs += delayMs;
  };
  const turns = new Turns(new Chance(seedOf(seed, 'turns')));
  const network = new Network({ graph, salesforce }, now, pass);
  const world = {
    now,
    machineNow: now,
    // Whoever sleeps lets others go on meanwhile.
    sleep: (delayMs: number) =>
      turns.take('sleep', async () => pass(delayMs), turns.effects + EFFECTS_ASLEEP),
    randomBytes,
    exchange: (request: Parameters<Network['exchange']>[0]) => network.exchange(request),
    allowedHosts: new Set([...graph.hosts, ...salesforce.hosts]),
  };
  const close = async () => {
    await Promise.all([database.close(), graph.close(), salesforce.close()]);
  };
  return { graph, salesforce, database, statements: [], clock, world, turns, network, close };
}

/** With ports, because hosts without one are spoken to over TLS only. */
const GRAPH_ORIGIN = 'http://graph.test:1';
const SALESFORCE_ORIGIN = 'http://salesforce.test:2';

const KEY_RING = parseKeyRing(
  JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } }),
);

const EFFECTS_ASLEEP = 6;

/** Different purposes draw from different sources, so that one more draw of one leaves the others alone. */
function seedOf(seed: number, purpose: string): number {
  return createHash('sha256').update(`${seed} ${purpose}`).digest().readUInt32LE();
}

function seededBytes(chance: Chance): (size: number) => Uint8Array {
  return size => Buffer.from(Array.from({ length: size }, () => chance.below(256)));
}
