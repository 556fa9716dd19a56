import pg from 'pg';
import type { PairingInput } from '../workflows/messages.ts';
import { hire, loadContacts } from './people.ts';
import type { Servers } from './servers.ts';
import type { Sizes } from './sizes.ts';
import { pair, type Tenant } from './tenant.ts';
import type { MeteredWorker } from './worker.ts';

/** What every case works with. */
export interface Bench {
  readonly servers: Servers;
  readonly tenant: Tenant;
  readonly sizes: Sizes;
  /** Says what is going on, beside the table. */
  say(line: string): void;
}

export interface RunningBench extends Bench {
  readonly worker: MeteredWorker;
}

/** A user with a mailbox and so many CRM contacts, paired; nothing runs yet. */
export interface Seat {
  readonly input: PairingInput;
  readonly contactIds: readonly string[];
}

export async function seat({ servers, tenant }: Bench, name: string, contacts: number): Promise<Seat> {
  const mail = `${name}@bench.example`;
  const contactIds = await loadContacts(servers, await hire(servers, mail), contacts);
  return { input: await pair(tenant, mail), contactIds };
}

/** Behind the product's back, as a superuser. */
export async function asAdmin<T>({ servers }: Bench, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: servers.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
