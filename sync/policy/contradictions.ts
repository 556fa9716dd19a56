import { folderModulesOf } from './folders.ts';
import type { Problem } from './problem.ts';
import type { Policy } from './schema.ts';
import { leadsCategory, longestName } from './values.ts';

/** What no option alone gets wrong, but two of them together. */
export function contradictions(policy: Policy): Problem[] {
  return [
    ...emptyWindows(policy),
    ...endlessBlackout(policy),
    ...summaryOfNothing(policy),
    ...objectsTwice(policy),
    ...reservedName(policy),
    ...namesTwice(categoryNames(policy)),
    ...namesTwice(folderNames(policy)),
    ...derivedTooLong(policy),
  ];
}

function emptyWindows({ schedule: { peak, blackout } }: Policy): Problem[] {
  const empty = 'Begin and end are the same; for a whole day give 00:00 to 24:00';
  const problem = (window: string): Problem => ({
    pointer: `/schedule/${window}/to`,
    code: 'contradiction',
    detail: empty,
  });
  return [
    ...(peak.from === peak.to ? [problem('peak')] : []),
    ...(blackout && blackout.from === blackout.to ? [problem('blackout')] : []),
  ];
}

const longestBlackoutMinutes = 23 * 60;

function endlessBlackout({ schedule: { blackout } }: Policy): Problem[] {
  if (!blackout || blackout.from === blackout.to) return [];
  const minutes = minuteOfDay(blackout.to) - minuteOfDay(blackout.from);
  const lengthMinutes = minutes > 0 ? minutes : minutes + 24 * 60;
  if (lengthMinutes <= longestBlackoutMinutes) return [];
  const detail = 'The blackout must leave at least one hour of the day; to stop all work disable the policy';
  return [{ pointer: '/schedule/blackout', code: 'contradiction', detail }];
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function summaryOfNothing({ smartConvert }: Policy): Problem[] {
  if (!smartConvert.attachmentSummary || smartConvert.attachments) return [];
  const detail = 'A summary of attachments needs attachments: switch both on or both off';
  return [{ pointer: '/smartConvert/attachmentSummary', code: 'contradiction', detail }];
}

function objectsTwice({ modules: { custom } }: Policy): Problem[] {
  return namesTwice(
    custom.map(({ object }, n) => ({ name: object, pointer: `/modules/custom/${n}/object` })),
    'The object',
  );
}

const mailboxFolders = [
  'archive',
  'calendar',
  'contacts',
  'conversation history',
  'deleted items',
  'drafts',
  'inbox',
  'journal',
  'junk email',
  'notes',
  'outbox',
  'sent items',
  'tasks',
];

function reservedName({ category }: Policy): Problem[] {
  if (!mailboxFolders.includes(category.name.toLowerCase())) return [];
  const detail = `Every mailbox has a folder "${category.name}" already: choose a name of your own, such as "Contoso CRM"`;
  return [{ pointer: '/category/name', code: 'name_taken', detail }];
}

interface Named {
  name: string;
  pointer: string;
}

function categoryNames({ category, names }: Policy): Named[] {
  return [
    { name: category.name, pointer: '/category/name' },
    { name: leadsCategory(category.name), pointer: '/category/name' },
    { name: names.processed, pointer: '/names/processed' },
    { name: names.notArchived, pointer: '/names/notArchived' },
  ];
}

/** Folders that stand side by side. Those of modules that are off do not exist. */
function folderNames(policy: Policy): Named[] {
  const ofModules = folderModulesOf(policy)
    .filter(({ enabled }) => enabled)
    .flatMap(({ dropFolder, displayFolder, pointers }) => [
      { name: dropFolder, pointer: pointers.dropFolder },
      { name: displayFolder, pointer: pointers.displayFolder },
    ]);
  return [{ name: policy.names.createEmail, pointer: '/names/createEmail' }, ...ofModules];
}

/** A drop folder that has no name of its own is called by the label. */
function derivedTooLong(policy: Policy): Problem[] {
  return folderModulesOf(policy)
    .filter(({ enabled, dropFolder }) => enabled && dropFolder.length > longestName)
    .map(({ pointers }) => ({
      pointer: pointers.dropFolder,
      code: 'too_big',
      detail: `The name of its drop folder would be longer than ${longestName} characters: give a createName`,
    }));
}

/** Outlook and Exchange compare names without regard to case, and to how an accent is written. */
function namesTwice(all: Named[], what = 'The name'): Problem[] {
  const first = new Map<string, string>();
  return all.flatMap(({ name, pointer }): Problem[] => {
    const folded = name.normalize('NFC').toLowerCase();
    const taken = first.get(folded);
    if (taken === undefined) first.set(folded, pointer);
    if (taken === undefined) return [];
    return [
      {
        pointer,
        code: 'name_taken',
        detail: `${what} "${name}" is that of ${taken} too: change one of them`,
      },
    ];
  });
}
