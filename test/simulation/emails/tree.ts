import type { Violation } from '../module.ts';
import type { OpenRecord } from './hands.ts';
import { OWN_NAMES } from './scene.ts';
import { isDeleted, type MailboxView, nameOf, type View } from './view.ts';

type Kind = 'opportunities' | 'cases';

/** Invariant 1: the folders below the root are those of the policy and of the CRM's records (MAIL-1, MAIL-5, MAIL-8). */
export function wrongTree(view: View): Violation[] {
  return view.mailboxes.flatMap(mailbox => {
    const [found, wanted] = [shown(foundIn(mailbox)), shown(wantedIn(view, mailbox))];
    const whose = nameOf(mailbox.mailbox);
    const folders =
      found === wanted
        ? []
        : [{ invariant: 1, text: `the folders of ${whose} are\n${found}\ninstead of\n${wanted}` }];
    return [...folders, ...wrongSummaries(view, mailbox)];
  });
}

const shown = (paths: readonly string[]) => [...paths].sort().map(path => `  ${path}`).join('\n'); // biome-ignore format: one line

/** Without what users made in them. */
function foundIn(mailbox: MailboxView): string[] {
  const { folders, pairing } = mailbox;
  const below = (id: string, path: string): string[] =>
    folders
      .filter(({ parentFolderId }) => parentFolderId === id)
      .filter(({ displayName }) => !displayName.startsWith(OWN_NAMES.inside))
      .flatMap(folder => {
        const own = `${path}${folder.displayName}`;
        return [own, ...below(folder.id, `${own}/`)];
      });
  const root = pairing.rootFolderId ?? '';
  const stray = [...mailbox.keys]
    .filter(([id]) => isDeleted(mailbox, id))
    .map(([, key]) => `${key} in Deleted Items`);
  return [...below(root, ''), ...stray];
}

function wantedIn(view: View, mailbox: MailboxView): string[] {
  const { policy } = view;
  const { smartConvert, assignTo, names } = policy;
  const drop = (name: string) => (smartConvert.enabled ? [name] : []);
  const ofKind = (kind: Kind, create: string) => {
    if (!policy.modules[kind].enabled) return [];
    const display = names[kind];
    const records = assignTo.enabled ? recordFolders(view, mailbox, kind) : [];
    const assign = assignTo.enabled ? [`${display}/${names.assignTo}`] : [];
    return [...drop(create), display, ...assign, ...records.map(name => `${assign[0]}/${name}`)];
  };
  return [
    ...drop(names.createEmail),
    ...ofKind('opportunities', names.createOpportunity),
    ...ofKind('cases', names.createCase),
  ];
}

const DAY_MS = 86_400_000;
const OBJECTS = { opportunities: 'Opportunity', cases: 'Case' } as const;

function openRecords(
  { policy, records }: View,
  { crmUserId, visible }: MailboxView,
  kind: Kind,
): OpenRecord[] {
  const { filter } = policy.modules[kind];
  return records.filter(
    ({ id, object, isOpen, ownerId }) =>
      object === OBJECTS[kind] && isOpen && (filter === 'visible' ? visible.has(id) : ownerId === crmUserId),
  );
}

function recordFolders(view: View, mailbox: MailboxView, kind: Kind): string[] {
  const { maximumItems, maximumAgeDays } = view.policy.assignTo.modules[kind];
  const newest = openRecords(view, mailbox, kind)
    .filter(({ modifiedAtMs }) => modifiedAtMs >= view.nowMs - maximumAgeDays * DAY_MS)
    .sort((a, b) => b.modifiedAtMs - a.modifiedAtMs || (a.id < b.id ? -1 : 1))
    .slice(0, maximumItems);
  if (view.policy.assignTo.sort === 'name') return newest.map(({ title }) => title);
  return newest.map(({ title }, n) => `${String(n + 1).padStart(2, '0')} ${title}`);
}

/** One message per open record, with what the CRM says of it now (MAIL-8). */
function wrongSummaries(view: View, mailbox: MailboxView): Violation[] {
  const whose = nameOf(mailbox.mailbox);
  return (['opportunities', 'cases'] as const).flatMap(kind => {
    const folderId = [...mailbox.keys].find(([, key]) => key === `display:${kind}`)?.[0];
    const there = mailbox.messages.filter(
      message => message.folderId === folderId && message.letter === null,
    );
    const ours = mailbox.messages.filter(message => message.folderId === folderId && isSummary(message.html));
    const records = view.policy.modules[kind].enabled ? openRecords(view, mailbox, kind) : [];
    const [found, wanted] = [
      ours
        .map(({ subject }) => subject)
        .sort()
        .join(', '),
      records
        .map(({ title }) => title)
        .sort()
        .join(', '),
    ];
    if (found !== wanted)
      return [{ invariant: 1, text: `${whose} has summaries of ${found}; open are ${wanted}` }];
    const old = records.filter(
      ({ id, title, stage }) =>
        !ours.some(({ subject, html }) => subject === title && html.includes(stage) && html.includes(id)),
    );
    return [
      ...old.map(({ title }) => `the summary of ${title} is not what the CRM says`),
      ...strangers(there, ours),
    ].map(text => ({ invariant: 1, text: `${whose}: ${text}` }));
  });
}

const isSummary = (html: string) => html.includes('role="presentation"');

function strangers(
  there: readonly { id: string; subject: string }[],
  ours: readonly { id: string }[],
): string[] {
  return there
    .filter(({ id }) => !ours.some(one => one.id === id))
    .map(({ subject }) => `${subject} is no summary`);
}
