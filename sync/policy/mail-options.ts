import * as z from 'zod';
import { assignToModules, switchedOff } from './module-options.ts';
import { feature, option } from './option.ts';
import { categoryName, domain, folderName, listOf } from './values.ts';

const choice = (help: string, isOn: boolean) => option(z.boolean(), { help, effect: 'none', default: isOn });

const matching = {
  mustMatch: choice(
    'Archive only messages of which at least one address matches a contact or lead, or can be created.',
    true,
  ),
  ccAndBcc: choice('Match the addresses in CC and BCC as well.', true),
  leadsIfNoContact: choice('Match leads where no contact has the address.', false),
};

const creation = (isOn: boolean) =>
  z.strictObject({
    enabled: choice('Create what is not found for an address.', isOn),
    leadInsteadOfContact: choice(
      'Create a lead instead of a contact; switches the creation of accounts off.',
      false,
    ),
    accountIfUnmatched: choice('Create an account where none matches the domain.', true),
    excludedDomains: option(listOf(domain(), 1000), {
      help: 'Domains for which no contact, lead or account is created. Their messages are archived all the same.',
      effect: 'none',
      default: [],
    }),
  });

/** POL-21 */
export const smartConvert = feature(
  'standard',
  z.strictObject({
    enabled: option(z.boolean(), {
      help: 'Drop folders that turn messages into CRM records and archive them (SmartConvert).',
      effect: 'removal',
      default: false,
      narrows: switchedOff,
    }),
    ...matching,
    deleteAfter: choice(
      'Delete the message once body and attachments are confirmed in the CRM, instead of moving it to the Inbox.',
      false,
    ),
    attachments: choice(
      'Archive attachments, within the limits of the CRM. Holds for Sent Items and Inbox too.',
      false,
    ),
    attachmentSummary: choice(
      'Append a list of the attachments to the archived text; needs attachments.',
      false,
    ),
    creation: creation(true),
  }),
);

/** POL-22 */
export const assignTo = feature(
  'premium',
  z.strictObject({
    enabled: option(z.boolean(), {
      help: 'A drop folder per open record of each enabled folder-based module (AssignTo).',
      effect: 'removal',
      default: false,
      narrows: switchedOff,
    }),
    sort: option(z.enum(['modified', 'name']), {
      help: 'Order of the drop folders: by date modified (a number before the name) or by name.',
      effect: 'reprocess',
      default: 'modified',
    }),
    modules: assignToModules,
  }),
);

const archive = (where: string) =>
  feature(
    'premium',
    z.strictObject({
      enabled: choice(`Archive the messages in ${where} that come after this is switched on.`, false),
      onlyWithCategory: choice(
        'Archive only messages that have the category. Clearing it needs "confirm": true in the same change.',
        true,
      ),
      ...matching,
      creation: creation(false),
    }),
  );

/** POL-23 */
export const sentItems = archive('Sent Items');
export const inbox = archive('the Inbox');

const renamable = (schema: z.ZodString, what: string, name: string) =>
  option(schema, { help: `Name of ${what}.`, effect: 'reprocess', default: name });
const dropFolder = (record: string, name: string) =>
  renamable(folderName(), `the drop folder that creates ${record}`, name);
const displayFolder = (records: string, name: string) =>
  renamable(folderName(), `the folder that shows ${records}`, name);

/** POL-24: two names for each folder-based module; those of custom objects stand with the object. */
export const names = z.strictObject({
  createEmail: renamable(folderName(), 'the drop folder that archives only', '- Create New Email'),
  createOpportunity: dropFolder('an opportunity', '- Create New Opportunity'),
  createCase: dropFolder('a case', '- Create New Case'),
  createQuote: dropFolder('a quote', '- Create New Quote'),
  createProject: dropFolder('a project', '- Create New Project'),
  createServiceCall: dropFolder('a service call', '- Create New Service Call'),
  opportunities: displayFolder('open opportunities', 'Opportunities'),
  cases: displayFolder('open cases', 'Cases'),
  quotes: displayFolder('open quotes', 'Quotes'),
  projects: displayFolder('open projects', 'Projects'),
  serviceCalls: displayFolder('open service calls', 'Service Calls'),
  assignTo: renamable(folderName(), 'the folder that holds the drop folders of single records', 'Assign To'),
  processed: renamable(categoryName(), 'the category of messages that are archived', 'Processing Complete'),
  notArchived: renamable(
    categoryName(),
    'the category of messages that could not be archived',
    'Not Archived',
  ),
});
