import * as z from 'zod';
import { assignTo, inbox, names, sentItems, smartConvert } from './mail-options.ts';
import { modules } from './module-options.ts';
import { option } from './option.ts';
import { schedule } from './schedule-options.ts';
import { address, domain, listOf, policyName, productName, wholeNumber } from './values.ts';

const categoryColors = Array.from({ length: 25 }, (_, n) => `preset${n}` as const);

const connectionId = (side: string) =>
  option(z.string().min(1).max(100), {
    help: `Id of the ${side} connection.`,
    effect: 'locked-after-enabling',
  });

/** POL-2, POL-3 */
const general = z.strictObject({
  syncStartDate: option(z.iso.date('Give a date as YYYY-MM-DD'), {
    help: 'How far back items are taken. Moving it back brings the older items in. Trial: at most 15 days back.',
    effect: 'reprocess',
    computedDefault: 'today − 15 days',
  }),
  errorNotifications: option(listOf(address(), 20), {
    help: 'Addresses that get one message after five cycles in a row with errors, and one when it is over.',
    effect: 'none',
    default: [],
  }),
});

/** POL-6 */
const category = z.strictObject({
  name: option(productName(), {
    help: 'Name of the category that marks CRM items, and of the folder that holds the product\'s folders. Leads get "NAME Leads". Fixed once saved.',
    effect: 'locked-after-save',
  }),
  color: option(z.enum(categoryColors), {
    help: 'Outlook colour of the category.',
    effect: 'none',
    default: 'preset7',
  }),
});

/** POL-8 */
const newItems = z.strictObject({
  autoSync: option(z.boolean(), {
    help: 'Send new mailbox items to the CRM by themselves; otherwise only those to which the user gives the category.',
    effect: 'reprocess',
    default: false,
  }),
});

/** POL-7, POL-12, POL-13 */
const contacts = z.strictObject({
  separateFolder: option(z.boolean(), {
    help: "Keep synced contacts and leads in a contacts folder with the category's name, instead of in Contacts.",
    effect: 'locked-after-enabling',
    default: true,
  }),
  viewLinkInWebsite: option(z.boolean(), {
    help: "Replace the contact's website by a link to the CRM record.",
    effect: 'reprocess',
    default: false,
  }),
  maximum: option(wholeNumber(1, 1_000_000).nullable(), {
    help: 'Only the most recently saved contacts, this many; null for all.',
    effect: 'removal',
    default: null,
    narrows: (before, after) => after !== null && (before === null || after < before),
  }),
});

/** POL-14 … POL-18. Graph's calendar view spans at most 1,825 days. */
const calendar = z.strictObject({
  attendeeDetails: option(z.boolean(), {
    help: 'Append name, e-mail and account of CRM attendees to the text; never on a meeting with outside attendees.',
    effect: 'reprocess',
    default: false,
  }),
  reminders: option(z.boolean(), { help: 'Synchronize reminders.', effect: 'reprocess', default: true }),
  recurrence: option(z.enum(['occurrences', 'series', 'off']), {
    help: 'Recurring appointments from the mailbox: each occurrence is a CRM appointment, the series is kept (where the CRM can), or not synced.',
    effect: 'locked-after-enabling',
    default: 'occurrences',
  }),
  private: option(z.enum(['hidden', 'skip']), {
    help: 'Private appointments: synced but hidden from other CRM users, or not synced.',
    effect: 'removal',
    default: 'hidden',
    narrows: (_, after) => after === 'skip',
  }),
  invitations: option(z.enum(['skip', 'never', 'send']), {
    help: 'Whether writing to the mailbox may make Exchange mail attendees. skip: events with attendees are not written; never: nor deleted; send: Exchange may mail.',
    effect: 'reprocess',
    default: 'skip',
  }),
  pastDays: option(wholeNumber(0, 730), {
    help: 'Days back for which occurrences of series are synced.',
    effect: 'reprocess',
    default: 30,
  }),
  futureDays: option(wholeNumber(1, 1095), {
    help: 'Days ahead for which occurrences of series are synced.',
    effect: 'reprocess',
    default: 365,
  }),
});

/** POL-20 */
const deletionGuard = z.strictObject({
  count: option(wholeNumber(1, 100_000), {
    help: 'More deletions than this per module within 24 hours wait for approval; ten times as many over a connection.',
    effect: 'none',
    default: 25,
  }),
  percent: option(wholeNumber(1, 100), {
    help: "The same as a share of the module's items, when that is more than 5 items.",
    effect: 'none',
    default: 20,
  }),
});

/** POL-27 */
const excluded = z.strictObject({
  addresses: option(listOf(address(), 5000), {
    help: 'Addresses that are never archived, matched or created.',
    effect: 'none',
    default: [],
  }),
  domains: option(listOf(domain(), 5000), {
    help: 'Domains that are never archived, matched or created.',
    effect: 'none',
    default: [],
  }),
});

/** Every option of a sync policy, declared once: what types, validation, defaults, help and OpenAPI come from. */
export const policySchema = z.strictObject({
  name: option(policyName(), { help: 'Name of the policy.', effect: 'none' }),
  enabled: option(z.boolean(), {
    help: 'Whether its pairings run. Read-only: a policy is created disabled, then enabled and disabled by its own routes.',
    effect: 'none',
    default: false,
  }),
  mailboxConnectionId: connectionId('mailbox'),
  crmConnectionId: connectionId('CRM'),
  general,
  schedule,
  category,
  modules,
  newItems,
  contacts,
  calendar,
  conflicts: option(z.enum(['crm', 'mailbox', 'latest']), {
    help: 'Which side wins when both changed the same field. The losing value is kept in the history of the item.',
    effect: 'none',
    default: 'crm',
  }),
  deletionGuard,
  smartConvert,
  assignTo,
  sentItems,
  inbox,
  names,
  excluded,
  retentionDays: option(wholeNumber(1, 3650), {
    help: 'Days for which the history of cycles and items is kept.',
    effect: 'none',
    default: 90,
  }),
});

export type Policy = z.infer<typeof policySchema>;
