import * as z from 'zod';
import { option } from './option.ts';
import { folderName, wholeNumber } from './values.ts';

export const switchedOff = (before: boolean, after: boolean) => before && !after;

const enabled = (what: string, isOn = false) =>
  option(z.boolean(), {
    help: `Synchronize ${what}.`,
    effect: 'removal',
    default: isOn,
    narrows: switchedOff,
  });

/** POL-10 */
const filter = (what: string) =>
  option(z.enum(['owner', 'visible']), {
    help: `Which ${what} a user gets: those owned by or assigned to the user, or all that the CRM lets the user see.`,
    effect: 'removal',
    default: 'owner',
    narrows: (_, after) => after === 'owner',
  });

/** POL-11 */
const direction = (what: string) =>
  option(z.enum(['both', 'to-mailbox']), {
    help: `Whether changes of ${what} go both ways or only from the CRM to the mailbox.`,
    effect: 'reprocess',
    default: 'both',
  });

const fieldName = z.string().regex(/^[A-Za-z]\w{0,79}$/, 'Give the API name of a field, such as StageName');
const fieldValue = z.union(
  [z.string().max(4000), z.number(), z.boolean()],
  'Give a text, a number, true or false',
);

const defaults = (what: string) =>
  option(z.record(fieldName, fieldValue), {
    help: `Values for fields that the CRM requires of new ${what}, by the API name of the field. In a change, null takes a field out.`,
    effect: 'none',
    default: {},
  });

const addressBook = (what: string) =>
  z.strictObject({ enabled: enabled(what), filter: filter(what), direction: direction(what) });

const calendarOrTasks = (what: string) =>
  z.strictObject({ enabled: enabled(what), direction: direction(what) });

const folderBased = (what: string) =>
  z.strictObject({ enabled: enabled(what), filter: filter(what), defaults: defaults(what) });

const customObject = z.strictObject({
  object: option(
    z.string().regex(/^[A-Za-z]\w{0,79}$/, 'Give the API name of an object, such as Project__c'),
    {
      help: 'API name of the custom object in the CRM.',
      effect: 'removal',
    },
  ),
  label: option(folderName(), { help: 'Name of its display folder, in the plural.', effect: 'reprocess' }),
  createName: option(folderName().nullable(), {
    help: 'Name of its drop folder; null: "- Create New" and the label.',
    effect: 'reprocess',
    default: null,
  }),
  enabled: enabled('this custom object', true),
  filter: filter('records'),
  defaults: defaults('records'),
});

type CustomObject = z.infer<typeof customObject>;

/** Whether an object of the list still has all records of this one in the mailboxes. */
const keeps = (before: CustomObject) => (after: CustomObject) =>
  after.object === before.object &&
  after.enabled &&
  (after.filter === 'visible' || before.filter === 'owner');

/** POL-9 */
export const modules = z.strictObject({
  contacts: addressBook('contacts'),
  leads: addressBook('leads'),
  appointments: calendarOrTasks('appointments'),
  calls: calendarOrTasks('phone calls'),
  tasks: calendarOrTasks('tasks'),
  opportunities: folderBased('opportunities'),
  cases: folderBased('cases'),
  quotes: folderBased('quotes'),
  projects: folderBased('projects'),
  serviceCalls: folderBased('service calls'),
  custom: option(z.array(customObject).max(20), {
    help: 'Custom objects of the CRM that are handled like opportunities and cases.',
    effect: 'removal',
    default: [],
    narrows: (before, after) => before.some(object => object.enabled && !after.some(keeps(object))),
  }),
});

const limits = () =>
  z.strictObject({
    maximumItems: option(wholeNumber(1, 99), {
      help: 'How many records have a drop folder at most, the most recently modified ones.',
      effect: 'removal',
      default: 30,
      narrows: (before, after) => after < before,
    }),
    maximumAgeDays: option(wholeNumber(1, 99), {
      help: 'Days since the last modification after which a record loses its drop folder.',
      effect: 'removal',
      default: 30,
      narrows: (before, after) => after < before,
    }),
  });

/** POL-22: the limits of each module that is enabled; those of `custom` hold for each custom object. */
export const assignToModules = z.strictObject({
  opportunities: limits(),
  cases: limits(),
  quotes: limits(),
  projects: limits(),
  serviceCalls: limits(),
  custom: limits(),
});
