import { findItems, type Item } from '../../db/items.ts';
import { domainOf, isPublicDomain } from '../../sync/mail/address.ts';
import { isActivity, KIND_OF } from '../../sync/modules.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import type { CrmRecord, Fields } from '../../sync/record.ts';
import { claimCreation } from './claiming.ts';
import { findOfferedMeetings, type OfferedMeeting } from './meetings-offered.ts';
import type { Offered } from './offered.ts';
import { readVisible } from './visible.ts';
import type { Reach, Work } from './work.ts';

/** What is known in the CRM about the people that are offered: asked once per chunk. */
export interface Findings {
  /** By address, as the reading user sees them: the user may not see all of them. */
  readonly everybody: ReadonlyMap<string, readonly CrmRecord[]>;
  /** Of those, the ones this pairing's user sees. */
  readonly visible: ReadonlyMap<string, CrmRecord>;
  /** The ledger's entries of the records, by id: partners already, or records that had no item. */
  readonly entries: ReadonlyMap<string, Item>;
  readonly accountsByName: ReadonlyMap<string, readonly string[]>;
  readonly accountsByDomain: ReadonlyMap<string, readonly string[]>;
  /** Items that somebody else may be creating: another pairing, or the archive of this one. */
  readonly claimedElsewhere: ReadonlySet<string>;
  /** What the meetings among the items are to other pairings. */
  readonly meetings: ReadonlyMap<string, OfferedMeeting>;
}

export async function findOut(work: Work, offers: readonly Offered[]): Promise<Findings> {
  const sent = offers.filter(({ offer }) => offer.type === 'send');
  if (work.module === 'appointments') return { ...NOTHING, ...(await findOfferedMeetings(work, sent)) };
  if (isActivity(work.module)) return NOTHING;
  const known = await lookUp(work, sent);
  return { ...known, ...(await claimAll(work, sent, known.everybody)), meetings: new Map() };
}

type Known = Omit<Findings, 'entries' | 'claimedElsewhere' | 'meetings'>;

const NOBODY: Known = {
  everybody: new Map(),
  visible: new Map(),
  accountsByName: new Map(),
  accountsByDomain: new Map(),
};
const NOTHING: Findings = { ...NOBODY, entries: new Map(), claimedElsewhere: new Set(), meetings: new Map() };

/** What the CRM itself says. */
export async function lookUp(work: Reach, sent: readonly Offered[]): Promise<Known> {
  const kind = work.module === 'leads' ? 'lead' : 'contact';
  const addresses = unique(sent.flatMap(({ offered: person }) => addressesOf(person.fields)));
  const everybody =
    addresses.length > 0 ? await work.reader.findByEmail(kind, addresses) : new Map<string, CrmRecord[]>();
  const found = unique([...everybody.values()].flat().map(person => person.ref.id));
  const visible = await readVisible(
    work,
    found.map(id => ({ kind, id })),
  );
  const companies =
    work.module === 'contacts'
      ? unique(sent.flatMap(({ offered: person }) => person.fields.company ?? []))
      : [];
  const domains =
    work.module === 'contacts'
      ? unique(sent.flatMap(({ offered: person }) => businessDomains(person.fields)))
      : [];
  return {
    everybody,
    visible,
    accountsByName: companies.length > 0 ? await work.session.accountsByName(companies) : new Map(),
    accountsByDomain: domains.length > 0 ? await work.session.accountsByDomain(domains) : new Map(),
  };
}

/** Takes the right to create each person that nobody has yet (ARCHITECTURE.md section 5). */
async function claimAll(
  work: Work,
  sent: readonly Offered[],
  everybody: Findings['everybody'],
): Promise<Omit<Findings, keyof Known | 'meetings'>> {
  const { pairing } = work.step;
  const found = unique([...everybody.values()].flat().map(person => person.ref.id));
  return work.inTransaction(async tx => {
    const entries = await findItems(tx, pairing.id, [], found);
    const claimedElsewhere = new Set<string>();
    for (const { offered: person } of sent) {
      const address = addressesOf(person.fields)[0];
      if (address === undefined || everybody.has(address)) continue;
      const keyHash = tx.vault.hash('claim', address);
      if (!(await claimCreation(tx, work, KIND_OF[work.module], keyHash)))
        claimedElsewhere.add(person.itemId);
    }
    return {
      entries: new Map(entries.map(entry => [entry.crmId ?? '', entry])),
      claimedElsewhere,
    };
  });
}

/** CON-1: the one account with that very name, else the one of the e-mail domain, else none. */
export function accountOf(fields: Fields, findings: Findings): string | null {
  const named = fields.company ? (findings.accountsByName.get(fields.company) ?? []) : [];
  if (named.length === 1) return named[0] ?? null;
  const byDomain = unique(
    businessDomains(fields).flatMap(domain => findings.accountsByDomain.get(domain) ?? []),
  );
  return byDomain.length === 1 ? (byDomain[0] ?? null) : null;
}

/** Public mail domains never tell an account (POL-21). */
function businessDomains(fields: Fields): string[] {
  return addressesOf(fields)
    .map(domainOf)
    .filter(domain => !isPublicDomain(domain));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
