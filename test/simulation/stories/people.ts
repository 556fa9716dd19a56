import { ANN, BOB, type Story } from './story.ts';

const MODULES = { contacts: { enabled: true }, leads: { enabled: true } };
const nothing = async () => undefined;

/** Contacts and leads. */
export const peopleStories: readonly Story[] = [
  {
    name: 'first cycle',
    policy: { modules: MODULES },
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown']);
        await ann.addRecords('Lead', ['Clark'], { Company: 'Clark Ltd' });
        await ann.addContact('Davis');
        await ann.addContact('Brown', { jobTitle: 'Buyer' });
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 6, changed: 0, deleted: 0 },
      crm: { created: 0, changed: 1, deleted: 0 },
    },
  },
  {
    name: 'changes on both sides',
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown', 'Clark', 'Davis']);
      },
      async ({ ann }) => {
        await ann.editContact('Adams', { mobilePhone: '+1 555 0101', jobTitle: 'Buyer' });
        await ann.editRecord('Contact', 'Adams', { MobilePhone: '+1 555 0102', Department: 'Sales' });
        await ann.editRecord('Contact', 'Brown', { Title: 'Manager' });
        await ann.deleteContact('Clark');
        await ann.deleteRecord('Contact', 'Davis');
        await ann.addContact('Evans');
        await ann.addRecords('Contact', ['Frank']);
      },
      nothing,
    ],
    policy: { deletionGuard: { count: 100, percent: 100 } },
    writes: {
      mailbox: { created: 9, changed: 2, deleted: 1 },
      crm: { created: 1, changed: 1, deleted: 0 },
    },
  },
  {
    name: 'conversion and merge',
    policy: { modules: MODULES },
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Lead', ['Adams', 'Brown'], { Company: 'Fabrikam' });
        await ann.addRecords('Contact', ['Clark', 'Davis', 'Evans']);
      },
      async ({ ann }) => {
        await ann.editContact('Adams', { jobTitle: 'Buyer' });
        await ann.convert('Adams');
        await ann.editContact('Brown', { mobilePhone: '+1 555 0103' });
        await ann.convert('Brown', 'Clark');
        await ann.editContact('Evans', { mobilePhone: '+1 555 0104' });
        await ann.merge('Contact', 'Evans', 'Davis');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 9, changed: 3, deleted: 2 },
      crm: { created: 0, changed: 3, deleted: 0 },
    },
  },
  {
    name: 'folder and category deleted',
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown']);
      },
      async ({ ann }) => {
        await ann.deleteFolder();
        await ann.deleteCategory();
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 10, changed: 0, deleted: 0 },
      crm: { created: 0, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'a CRM without key field',
    hasKeyField: false,
    policy: { modules: MODULES },
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.addContact('Adams');
        await ann.addContact('Brown');
        await ann.addLeadContact('Clark', 'Clark Ltd');
        await ann.addRecords('Contact', ['Davis', 'Evans']);
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 6, changed: 0, deleted: 0 },
      crm: { created: 3, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'many deletions held',
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown', 'Clark', 'Davis', 'Evans', 'Frank', 'Ghosh']);
      },
      async ({ ann }) => {
        for (const name of ['Adams', 'Brown', 'Clark', 'Davis', 'Evans', 'Frank'])
          await ann.deleteRecord('Contact', name);
        await ann.editContact('Ghosh', { jobTitle: 'Buyer' });
      },
      nothing,
    ],
    policy: { deletionGuard: { count: 2, percent: 100 } },
    writes: {
      mailbox: { created: 11, changed: 0, deleted: 0 },
      crm: { created: 0, changed: 1, deleted: 0 },
    },
  },
  {
    name: 'an expired cursor',
    chapters: [
      async ({ ann }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown']);
      },
      async ({ ann, company }) => {
        await ann.editContact('Adams', { jobTitle: 'Buyer' });
        await ann.deleteContact('Brown');
        await ann.addContact('Clark');
        await company.graph.control('PUT', 'faults', [{ mode: 'expired-cursor', times: 1, match: 'delta' }]);
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 6, changed: 0, deleted: 0 },
      crm: { created: 1, changed: 1, deleted: 0 },
    },
  },
  {
    name: 'a record changes hands',
    users: [ANN, BOB],
    chapters: [
      async ({ ann, bob }) => {
        await ann.addRecords('Contact', ['Adams', 'Brown']);
        await bob.addRecords('Contact', ['Clark']);
      },
      async ({ ann }) => {
        await ann.editContact('Adams', { jobTitle: 'Buyer' });
        await ann.giveRecord('Contact', 'Adams', BOB);
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 12, changed: 0, deleted: 1 },
      crm: { created: 0, changed: 0, deleted: 0 },
    },
  },
];
