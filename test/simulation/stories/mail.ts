import { ANN, BOB, type Story } from './story.ts';

const nothing = async () => undefined;
const OPPORTUNITIES = {
  opportunities: { enabled: true, defaults: { StageName: 'Prospecting', CloseDate: '2027-01-31' } },
};

/** Messages, their folders, and the records that they are about. */
export const mailStories: readonly Story[] = [
  {
    name: 'a message becomes an opportunity with an attachment',
    policy: { modules: OPPORTUNITIES, smartConvert: { enabled: true, attachments: true } },
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.post.deliver('L1', { hasFile: true }, '- Create New Opportunity');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 11, changed: 1, deleted: 0 },
      crm: { created: 6, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'two colleagues drop the same message',
    users: [ANN, BOB],
    policy: { modules: OPPORTUNITIES, smartConvert: { enabled: true } },
    chapters: [
      async ({ ann }) => {
        await ann.post.addContact('Moss', 'moss@fabrikam.example');
      },
      async ({ ann }) => {
        await ann.post.deliver('L1', { to: [ANN, BOB] }, '- Create New Opportunity');
      },
      async ({ bob }) => {
        await bob.post.deliver('L1', { to: [ANN, BOB] }, '- Create New Opportunity');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 21, changed: 2, deleted: 0 },
      crm: { created: 3, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'a CRM without key field gets a message',
    hasKeyField: false,
    policy: { modules: OPPORTUNITIES, smartConvert: { enabled: true } },
    chapters: [
      nothing,
      async ({ ann }) => {
        await ann.post.deliver('L1', { cc: ['nash@litware.example'] }, '- Create New Opportunity');
        await ann.post.deliver('L2', {}, '- Create New Email');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 12, changed: 2, deleted: 0 },
      crm: { created: 9, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'a record closes while mail lies in its folder',
    policy: {
      modules: OPPORTUNITIES,
      smartConvert: { enabled: true },
      assignTo: { enabled: true, sort: 'name' },
    },
    chapters: [
      async ({ ann }) => {
        await ann.post.addOpportunity('R1');
        await ann.post.addOpportunity('R2');
      },
      async ({ ann }) => {
        await ann.post.deliver('L1', { isPrivate: true }, 'Opportunities', 'Assign To', 'R1');
        await ann.post.deliver('L2', {}, 'Opportunities', 'Assign To', 'R2');
      },
      async ({ ann }) => {
        await ann.post.editOpportunity('R1', { StageName: 'Closed Won' });
        await ann.post.editOpportunity('R2', { Amount: 100 });
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 19, changed: 2, deleted: 1 },
      crm: { created: 4, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'folders come back',
    policy: { modules: OPPORTUNITIES, smartConvert: { enabled: true } },
    chapters: [
      async ({ ann }) => {
        await ann.post.addOpportunity('R1');
      },
      async ({ ann }) => {
        await ann.post.deliver('L1', { isPrivate: true }, '- Create New Email');
      },
      async ({ ann }) => {
        await ann.post.deleteFolder('- Create New Email');
        await ann.post.renameFolder('Chances', 'Opportunities');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 11, changed: 2, deleted: 0 },
      crm: { created: 0, changed: 0, deleted: 0 },
    },
  },
  {
    name: 'mail that is archived by itself',
    policy: {
      modules: { contacts: { enabled: true } },
      inbox: { enabled: true },
      sentItems: { enabled: true, onlyWithCategory: false, creation: { enabled: true } },
      confirm: true,
    },
    chapters: [
      async ({ ann }) => {
        await ann.post.addContact('Moss', 'moss@fabrikam.example');
      },
      async ({ ann }) => {
        await ann.post.deliver('L1', {});
        await ann.post.categorize('L1');
        await ann.post.deliver('L2', { from: ANN, to: ['nash@litware.example'] }, 'sentitems');
      },
      nothing,
    ],
    writes: {
      mailbox: { created: 7, changed: 0, deleted: 0 },
      crm: { created: 2, changed: 0, deleted: 0 },
    },
  },
];
