import pg from 'pg';
import type { PairingInput } from '../workflows/messages.ts';
import { loadAppointments, loadTasks } from './agenda.ts';
import { hire, loadContacts } from './people.ts';
import type { Portfolio } from './portfolio.ts';
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

/** A user with an empty mailbox and CRM records, paired; nothing runs yet. */
export interface Seat {
  readonly input: PairingInput;
  readonly mail: string;
  /** The user in the CRM. */
  readonly ownerId: string;
  readonly owned: Portfolio;
  readonly contactIds: readonly string[];
}

export async function seat({ servers, tenant }: Bench, name: string, owned: Portfolio): Promise<Seat> {
  const mail = `${name}@bench.example`;
  const ownerId = await hire(servers, mail);
  const contactIds = await loadContacts(servers, ownerId, owned.contacts);
  await loadAppointments(servers, ownerId, owned.appointments);
  await loadTasks(servers, ownerId, owned.tasks);
  return { input: await pair(tenant, mail), mail, ownerId, owned, contactIds };
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
