import { hire, loadContacts } from '../people.ts';
import type { Metered } from '../meter.ts';
import type { Servers } from '../servers.ts';
import { pair, type Tenant } from '../tenant.ts';
import type { MeteredWorker } from '../worker.ts';
import type { PairingInput } from '../../workflows/messages.ts';
import { cpuMsOf } from '../cpu.ts';

/** A pairing whose user owns so many contacts; nothing runs yet. */
export async function seat(servers: Servers, tenant: Tenant, mail: string, contacts: number) {
  const ownerId = await hire(servers, mail);
  const contactIds = await loadContacts(servers, ownerId, contacts);
  return { input: await pair(tenant, mail), contactIds };
}
