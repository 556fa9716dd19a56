import { realWorld } from '../../bin/world.ts';
import type { World } from '../../connectors/world.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';
import { type EmulatedSalesforce, emulatedSalesforce } from '../emulated/salesforce.ts';
import { createDatabase } from '../setup/database.ts';

/** What the activities of a test stand on. */
export interface Platform {
  readonly graph: EmulatedGraph;
  readonly salesforce: EmulatedSalesforce;
  readonly database: Database;
  /** Round trips to the database since it was emptied. */
  readonly statements: string[];
  readonly clock: Clock;
  readonly world: World;
  close(): Promise<void>;
}

/** Time that passes when it is told to. */
export interface Clock {
  nowMs: number;
}

export interface PlatformOptions {
  /** One mailbox and one CRM user each. */
  readonly users: readonly string[];
  /** Whether the CRM has a unique field for our keys. */
  readonly hasKeyField: boolean;
}

export const MONDAY_MORNING_MS = Date.parse('2026-03-02T09:00:00Z');

/** Emulators behind sockets and a PostgreSQL database of its own. */
export async function openPlatform({ users, hasKeyField }: PlatformOptions): Promise<Platform> {
  const clock: Clock = { nowMs: MONDAY_MORNING_MS };
  const now = () => clock.nowMs;
  const statements: string[] = [];
  const [stored, graph, salesforce] = await Promise.all([
    createDatabase(),
    emulatedGraph(users, now),
    emulatedSalesforce(hasKeyField, users, now),
  ]);
  const database = openDatabase({
    url: stored.applicationUrl,
    keyRing: parseKeyRing(generateKeyRing()),
    poolSize: 6,
    onStatement: sql => statements.push(sql),
  });
  const world = {
    ...realWorld([...graph.hosts, ...salesforce.hosts], { now }),
    sleep: async (delayMs: number) => {
      clock.nowMs += delayMs;
    },
  };
  const close = async () => {
    await Promise.all([database.close(), graph.close(), salesforce.close()]);
    await stored.drop();
  };
  return { graph, salesforce, database, statements, clock, world, close };
}
