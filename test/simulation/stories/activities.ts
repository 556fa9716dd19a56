import { ANN, BOB, type Story } from './story.ts';

const nothing = async () => undefined;
const CALENDAR = { modules: { appointments: { enabled: true } } };
const TASKS = { modules: { tasks: { enabled: true }, calls: { enabled: true } } };

/** Appointments and tasks. */
export const activityStories: readonly Story[] = [
  {
    name: 'appointments of both sides',
    policy: CALENDAR,
    chapters: [
      async ({ ann }) => {
        await ann.agenda.addMeetings(['Kick-off', 'Review'], 2);
      },
      async ({ ann }) => {
        await ann.agenda.addEvent('Offsite', 3);
        await ann.agenda.changeEvent('Kick-off', { location: { displayName: 'Room 4' } });
        await ann.agenda.editRecord('Event', 'Kick-off', { Description: 'Bring the plan' });
        await ann.agenda.editRecord('Event', 'Review', { Subject: 'Review, late' });
      },
      async ({ ann }) => {
        await ann.agenda.deleteEvent('Offsite');
        await ann.agenda.deleteRecord('Event', 'Kick-off');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 6, changed: 2, deleted: 1 },
      crm: { created: 1, changed: 1, deleted: 1 },
    },
  },
  {
    name: 'a series with an exception',
    policy: CALENDAR,
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.agenda.addSeries('Stand-up', 2, 3);
      },
      async ({ ann }) => {
        await ann.agenda.changeEvent('Stand-up', { subject: 'Stand-up, late' }, 1);
        await ann.agenda.deleteEvent('Stand-up', 1);
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 4, changed: 0, deleted: 0 },
      crm: { created: 3, changed: 1, deleted: 1 },
    },
  },
  {
    name: 'a meeting of two users',
    users: [ANN, BOB],
    policy: { ...CALENDAR, newItems: { autoSync: true } },
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.agenda.invite('Negotiation', 2, BOB);
      },
      async ({ ann }) => {
        await ann.agenda.changeEvent('Negotiation', { location: { displayName: 'Room 4' } });
      },
      async ({ ann }) => {
        await ann.agenda.deleteEvent('Negotiation');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 8, changed: 0, deleted: 0 },
      crm: { created: 2, changed: 1, deleted: 1 },
    },
  },
  {
    name: 'an appointment becomes private',
    policy: { ...CALENDAR, calendar: { private: 'skip' } },
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.agenda.addEvent('Doctor', 2);
      },
      async ({ ann }) => {
        await ann.agenda.changeEvent('Doctor', { sensitivity: 'private' });
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 4, changed: 0, deleted: 0 },
      crm: { created: 1, changed: 0, deleted: 1 },
    },
  },
  {
    name: 'tasks completed and deleted',
    policy: TASKS,
    chapters: [
      async ({ ann }) => {
        await ann.agenda.addTasks(['Send offer', 'Order paper'], { ActivityDate: '2026-03-12' });
        await ann.agenda.addTasks(['Call Meyer'], { TaskSubtype: 'Call' });
      },
      async ({ ann }) => {
        await ann.agenda.addTask('Book room');
        await ann.agenda.changeTask('Send offer', { status: 'completed' });
        await ann.agenda.editRecord('Task', 'Call Meyer', { Status: 'Completed' });
      },
      async ({ ann }) => {
        await ann.agenda.deleteTask('Order paper');
        await ann.agenda.deleteRecord('Task', 'Book room');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 8, changed: 1, deleted: 1 },
      crm: { created: 1, changed: 1, deleted: 1 },
    },
  },
  {
    name: 'tasks of a CRM without key field',
    hasKeyField: false,
    policy: TASKS,
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.agenda.addTask('Book room');
        await ann.agenda.addTask('Order paper');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 6, changed: 0, deleted: 0 },
      crm: { created: 2, changed: 0, deleted: 0 },
    },
  },
];
