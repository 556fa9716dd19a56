import { type CrmRecord, loadRecords } from './records.ts';
import type { Servers } from './servers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const APPOINTMENTS_PER_DAY = 8;
const FIRST_HOUR = 8;
const DESCRIPTION = 'What we talked about, who promised what, and until when. '.repeat(4);

/** Appointments of working hours, from tomorrow on. */
export async function loadAppointments(servers: Servers, ownerId: string, count: number): Promise<void> {
  const midnightMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  await loadRecords(
    servers,
    Array.from({ length: count }, (_, number) => appointmentOf(number, ownerId, midnightMs)),
  );
}

/** Open tasks, each about the same account. */
export async function loadTasks(servers: Servers, ownerId: string, count: number): Promise<void> {
  if (count === 0) return;
  const account = { attributes: { type: 'Account' }, Name: `Agenda of ${ownerId}`, OwnerId: ownerId };
  const [accountId = ''] = await loadRecords(servers, [account]);
  await loadRecords(
    servers,
    Array.from({ length: count }, (_, number) => taskOf(number, ownerId, accountId)),
  );
}

function appointmentOf(number: number, OwnerId: string, midnightMs: number): CrmRecord {
  const day = 1 + Math.floor(number / APPOINTMENTS_PER_DAY);
  const startMs = midnightMs + day * DAY_MS + (FIRST_HOUR + (number % APPOINTMENTS_PER_DAY)) * HOUR_MS;
  return {
    attributes: { type: 'Event' },
    ...{ OwnerId, Subject: `Appointment ${number}`, Location: `Room ${number % 20}` },
    ...{
      StartDateTime: new Date(startMs).toISOString(),
      EndDateTime: new Date(startMs + HOUR_MS).toISOString(),
    },
    Description: DESCRIPTION,
  };
}

function taskOf(number: number, OwnerId: string, WhatId: string): CrmRecord {
  const due = new Date(Date.now() + (1 + (number % 90)) * DAY_MS);
  return {
    attributes: { type: 'Task' },
    ...{ OwnerId, WhatId, Subject: `Task ${number}`, Description: DESCRIPTION },
    ActivityDate: due.toISOString().slice(0, 10),
  };
}
