import { type Ledger, type PairingRow, readLedger } from '../ledger.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import type { Write } from '../traffic.ts';
import { Hands, type Item, PERSON, type PersonRecord } from './hands.ts';
import type { Memory } from './memory.ts';
import { ADDRESS_BOOK, type PeoplePolicy, policyOf } from './policy.ts';

export interface MailboxView {
  readonly mailbox: string;
  readonly pairing: PairingRow;
  readonly crmUserId: string;
  readonly items: readonly Item[];
  /** Where new people count, and ours are made (POL-7). */
  readonly syncedFolderId: string;
}

/** All that a run is judged by: what both sides hold, what users did, what the product remembers and wrote. */
export interface View {
  readonly policy: PeoplePolicy;
  readonly memory: Memory;
  readonly ledger: Ledger;
  readonly records: readonly PersonRecord[];
  /** Ids of people whom other modules brought. */
  readonly others: ReadonlySet<string>;
  readonly mailboxes: readonly MailboxView[];
  readonly writes: readonly Write[];
}

export async function lookAround(company: SimulatedCompany, memory: Memory): Promise<View> {
  const hands = new Hands(company);
  const policy = await policyOf(company);
  const ledger = await readLedger(company, ADDRESS_BOOK);
  const mailboxes: MailboxView[] = [];
  for (const pairing of ledger.pairings) {
    const { mailbox, contactFolderId } = pairing;
    const separate = policy.contacts.separateFolder ? contactFolderId : null;
    mailboxes.push({
      mailbox,
      pairing,
      crmUserId: await hands.userId(mailbox),
      items: await hands.items(mailbox),
      syncedFolderId: separate ?? (await hands.defaultFolder(mailbox)),
    });
  }
  const writes = company.network.traffic.writes();
  const [records, others] = partition(await hands.everybody());
  return { policy, memory, ledger, records, others, mailboxes, writes };
}

function partition(everybody: readonly PersonRecord[]): [PersonRecord[], ReadonlySet<string>] {
  const isOurs = ({ person }: PersonRecord) => PERSON.test(person);
  const others = everybody.filter(one => !isOurs(one)).map(({ id }) => id);
  return [everybody.filter(isOurs), new Set(others)];
}
