import type { Policy } from '../../../sync/policy/schema.ts';
import { policyOf } from '../activities/policy.ts';
import { type PairingRow, readPairings } from '../ledger.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import {
  type Email,
  type Folder,
  Hands,
  type LedgerFolder,
  type Message,
  type OpenRecord,
  type Person,
} from './hands.ts';
import type { Memory } from './memory.ts';

/** What the ledger says about one message. */
export interface Entry {
  readonly pairingId: string;
  readonly messageId: string;
  readonly state: string;
  readonly code: string | null;
  readonly isArchived: boolean;
}

export interface MailboxView {
  readonly mailbox: string;
  readonly pairing: PairingRow;
  readonly crmUserId: string;
  readonly folders: readonly Folder[];
  readonly messages: readonly Message[];
  /** People and records of the CRM that its user sees, by id. */
  readonly visible: ReadonlySet<string>;
  /** What a folder is to the product, by its id. */
  readonly keys: ReadonlyMap<string, string>;
}

/** All that a run is judged by: what both sides hold, what users did, what the product remembers. */
export interface View {
  readonly policy: Policy;
  readonly memory: Memory;
  readonly entries: readonly Entry[];
  readonly mailboxes: readonly MailboxView[];
  readonly emails: readonly Email[];
  readonly people: readonly Person[];
  /** Websites. */
  readonly accounts: readonly string[];
  readonly records: readonly OpenRecord[];
  /** Subjects of what was mailed. */
  readonly mailed: readonly string[];
  readonly nowMs: number;
}

export async function lookAround(company: SimulatedCompany, memory: Memory): Promise<View> {
  const hands = new Hands(company);
  const known = await hands.folderIds();
  const mailboxes: MailboxView[] = [];
  for (const pairing of await readPairings(company)) mailboxes.push(await mailboxOf(hands, pairing, known));
  const { value: outbox } = (await company.graph.control('GET', 'outbox')) as {
    value: { subject: string }[];
  };
  return {
    policy: await policyOf(company),
    ...{ memory, mailboxes },
    entries: await entriesOf(company),
    emails: await hands.emails(),
    people: await hands.people(),
    accounts: await hands.accounts(),
    records: await hands.records(),
    mailed: outbox.map(({ subject }) => subject),
    nowMs: company.now(),
  };
}

async function mailboxOf(
  hands: Hands,
  pairing: PairingRow,
  known: readonly LedgerFolder[],
): Promise<MailboxView> {
  const { mailbox } = pairing;
  const folders = await hands.folders(mailbox);
  return {
    ...{ mailbox, pairing, folders },
    crmUserId: await hands.administrator.userId(mailbox),
    messages: await hands.messages(mailbox, folders),
    visible: await hands.visibleTo(mailbox),
    keys: new Map(
      known.filter(({ pairingId }) => pairingId === pairing.id).map(({ key, folderId }) => [folderId, key]),
    ),
  };
}

function entriesOf(company: SimulatedCompany): Promise<Entry[]> {
  return company.database.inOrganization(company.organizationId, async tx => {
    const rows = await tx
      .selectFrom('items')
      .selectAll()
      .where('module', '=', 'emails')
      .orderBy('id')
      .execute();
    return rows.map(row => ({
      pairingId: row.pairing_id,
      messageId: row.mailbox_item_id ?? '',
      ...{ state: row.state, code: row.code, isArchived: row.link === 'linked' },
    }));
  });
}

/** The folders around one, from the innermost out. */
function pathOf({ folders }: MailboxView, folderId: string): Folder[] {
  const path: Folder[] = [];
  for (let at: string | undefined = folderId; at !== undefined; at = path.at(-1)?.parentFolderId) {
    const folder = folders.find(({ id }) => id === at);
    if (!folder || path.includes(folder)) break;
    path.push(folder);
  }
  return path;
}

export function isDeleted(mailbox: MailboxView, folderId: string): boolean {
  return pathOf(mailbox, folderId).some(({ displayName }) => displayName === 'Deleted Items');
}

/** What a message is called where it is told of. */
export const nameIn = ({ letter, subject }: Message) => letter ?? subject;
export const nameOf = (mailbox: string) => mailbox.split('@')[0] ?? '';
