import { type Appointment, appointments, dateOf, spanOf, type Task, tasks } from './agenda.ts';
import { type Crm, createOnce, type Ids, idsBy } from './crm-api.ts';

const REMINDED_BEFORE_MS = 15 * 60_000;

/** By address; opportunities by name. */
type Known = { readonly users: Ids; readonly people: Ids; readonly opportunities: Ids };

/** Appointments with those who are invited, tasks and calls. */
export async function loadActivities(crm: Crm, users: Ids, nowMs: number): Promise<void> {
  const known: Known = {
    users,
    people: await idsBy(crm, 'Contact', 'Email'),
    opportunities: await idsBy(crm, 'Opportunity', 'Name'),
  };
  await createOnce(
    crm,
    'Event',
    appointments.map(appointment => eventOf(appointment, known, nowMs)),
  );
  await invite(crm, users);
  await createOnce(
    crm,
    'Task',
    tasks.map(task => taskOf(task, known, nowMs)),
  );
}

async function invite(crm: Crm, users: Ids): Promise<void> {
  const events = await idsBy(crm, 'Event', 'Subject');
  const invitations = appointments.flatMap(({ subject, invited }) =>
    invited.map(({ mail }) => ({
      ...{ EventId: events.get(subject), RelationId: users.get(mail), Status: 'Accepted' },
    })),
  );
  await createOnce(crm, 'EventRelation', invitations);
}

function eventOf(appointment: Appointment, { users, people }: Known, nowMs: number) {
  const [start, end] = spanOf(appointment, nowMs);
  const { subject, owner, place, person } = appointment;
  const when =
    appointment.at === null
      ? { IsAllDayEvent: true, ActivityDate: dateOf(appointment.day, nowMs) }
      : { StartDateTime: start.toISOString(), EndDateTime: end.toISOString(), ...remindedOf(start) };
  return {
    ...{ Subject: subject, OwnerId: users.get(owner.mail), Location: place, ...when },
    ...(person && { WhoId: people.get(person.mail) }),
  };
}

/** As Outlook reminds of whatever is new, so that both sides say the same. */
function remindedOf(start: Date) {
  const reminder = new Date(start.getTime() - REMINDED_BEFORE_MS);
  return { IsReminderSet: true, ReminderDateTime: reminder.toISOString() };
}

function taskOf(task: Task, { users, people, opportunities: subjects }: Known, nowMs: number) {
  const { subject, owner, day, isCall, person, opportunity } = task;
  return {
    ...{ Subject: subject, OwnerId: users.get(owner.mail), ActivityDate: dateOf(day, nowMs) },
    ...(isCall && { TaskSubtype: 'Call' }),
    ...(person && { WhoId: people.get(person.mail) }),
    ...(opportunity && { WhatId: subjects.get(opportunity) }),
  };
}
