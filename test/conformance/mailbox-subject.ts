import type {
  Mailbox,
  MailboxChange,
  MailboxConnection,
  MailboxItems,
  MailboxPage,
  MailboxWrite,
} from '../../connectors/connector.ts';
import { calendarContainer, placeOf } from '../../sync/containers.ts';
import type { Fields, MailboxItem } from '../../sync/record.ts';
import { wholeAppointment } from './activities.ts';
import type { SentMail } from './delivered-mail.ts';

/** A mailbox system under test, with the hand of the mailbox's owner. */
export interface MailboxSubject {
  readonly connection: MailboxConnection;
  readonly address: string;
  /** Absent where the system has no way to do it from outside. */
  readonly move?: (itemId: string, containerId: string) => Promise<void>;
  readonly deleteContactFolder: (id: string) => Promise<void>;
  /** The id of a list that was there, and is not any more. */
  readonly deletedTaskList: () => Promise<string>;
  /** Repeats every day from the one of the span on; answers the id of the series. */
  readonly addDailySeries: (subject: string, span: string, occurrences: number) => Promise<string>;
  /** Whom mail may go to; absent where it would arrive. */
  readonly outsider?: string;
  /** The addresses that were mailed so far. */
  readonly mailsSent?: () => Promise<readonly string[]>;
  /** The invitation of somebody outside arrives; answers the id of the event. */
  readonly invite?: (organizer: string, subject: string, span: string) => Promise<string>;
  /** The owner answers. */
  readonly respond?: (itemId: string, answer: 'accept' | 'decline') => Promise<void>;
  /** The organizer outside calls the meeting off. */
  readonly callOff?: (itemId: string) => Promise<void>;
  /** A message arrives in a folder; answers its id. Absent where nobody can send one there. */
  readonly deliver?: (folderId: string, mail: SentMail) => Promise<string>;
  /** For good, with what is in it. */
  readonly purgeMailFolder: (id: string) => Promise<void>;
  /** A folder that the owner's program does not show; answers its id. */
  readonly addHiddenMailFolder: (parentId: string, name: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** What all parts of the suite share. */
export interface MailboxScene {
  readonly subject: MailboxSubject;
  readonly mailbox: Mailbox;
}

export async function written(items: MailboxItems, operation: MailboxWrite): Promise<MailboxItem> {
  const [outcome] = await items.write([operation]);
  if (!outcome!.ok) throw outcome!.failure;
  return outcome!.value!;
}

export async function drain(mailbox: Mailbox, containerId: string, start: string | null) {
  const changes: MailboxChange[] = [];
  for (let cursor = start; ; ) {
    const page: MailboxPage = await mailbox.changes(containerId, cursor);
    if (page.type !== 'page') throw new Error(`expected a page, not ${page.type}`);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return { changes, cursor };
  }
}

export async function lastOf(
  mailbox: Mailbox,
  containerId: string,
  cursor: string,
): Promise<MailboxChange | undefined> {
  return (await drain(mailbox, containerId, cursor)).changes.at(-1);
}

export function idsOf(changes: readonly MailboxChange[]): string[] {
  return changes.map(change => (change.type === 'present' ? change.item.itemId : change.itemId));
}

/** The newest state of the items that are there. */
export function presentIn(changes: readonly MailboxChange[]) {
  const present = new Map<string, Extract<MailboxChange, { type: 'present' }>>();
  for (const change of changes) {
    if (change.type === 'present') present.set(change.item.itemId, change);
    else present.delete(change.itemId);
  }
  return present;
}

export async function itemOf(items: MailboxItems, itemId: string): Promise<MailboxItem> {
  const [outcome] = await items.read([itemId]);
  if (!outcome!.ok) throw outcome!.failure;
  if (outcome!.value.type === 'deleted') throw new Error(`${itemId} is deleted`);
  return outcome!.value.item;
}

/** Where events are, whichever window tells of them. */
export const calendar = placeOf(calendarContainer({ fromDay: '2027-01-01', toDay: '2028-01-01' }));

export function newAppointment(events: MailboxItems, key: string, fields: Fields): Promise<MailboxItem> {
  return written(events, {
    op: 'create',
    containerId: calendar,
    key,
    fields: { subject: key, span: wholeAppointment.span!, ...fields },
    categories: [],
  });
}
