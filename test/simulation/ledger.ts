import type { Module } from '../../sync/record.ts';
import type { SimulatedCompany } from './simulated-company.ts';

/** A line of the product's ledger, as far as it is judged. */
export interface Entry {
  readonly id: string;
  readonly pairingId: string;
  readonly module: string;
  readonly link: string;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly itemId: string | null;
  readonly recordId: string | null;
  readonly adopted: boolean;
}

export interface LedgerEvent {
  readonly entryId: string;
  readonly action: string;
  readonly code: string | null;
  readonly atMs: number;
  readonly lost: Loss | null;
}

/** A value that gave way, and what stands in its place. */
export interface Loss {
  readonly field: string;
  readonly side: string;
  readonly lost: string | null;
  readonly kept: string | null;
}

export interface PairingRow {
  readonly id: string;
  readonly mailbox: string;
  readonly state: string;
  readonly initializedAtMs: number | null;
  readonly contactFolderId: string | null;
  readonly rootFolderId: string | null;
}

/** What the product remembers. */
export interface Ledger {
  readonly pairings: readonly PairingRow[];
  readonly entries: readonly Entry[];
  readonly events: readonly LedgerEvent[];
  /** Entry and what would be taken away: `deletion`, or `clear:` and a field. */
  readonly held: readonly { readonly entryId: string; readonly what: string }[];
  /** In words. */
  readonly openIntents: readonly string[];
  readonly waiting: readonly string[];
}

/** In the order of the users of a setting, which is that of the alphabet. */
export function readPairings(company: SimulatedCompany): Promise<PairingRow[]> {
  return company.database.inOrganization(company.organizationId, async tx => {
    const rows = await tx.selectFrom('pairings').selectAll().orderBy('mailbox').execute();
    return rows.map(row => ({
      id: row.id,
      mailbox: row.mailbox,
      state: row.state,
      initializedAtMs: row.initialized_at?.getTime() ?? null,
      contactFolderId: row.contact_folder_id,
      rootFolderId: row.root_folder_id,
    }));
  });
}

export function readEntries(company: SimulatedCompany, modules: readonly Module[]): Promise<Entry[]> {
  if (modules.length === 0) return Promise.resolve([]);
  return company.database.inOrganization(company.organizationId, async tx => {
    const items = await tx
      .selectFrom('items')
      .selectAll()
      .where('module', 'in', [...modules])
      .orderBy('id')
      .execute();
    return items.map(row => ({
      id: row.id,
      pairingId: row.pairing_id,
      module: row.module,
      link: row.link,
      state: row.state,
      code: row.code,
      reason: row.reason,
      itemId: row.mailbox_item_id,
      recordId: row.crm_id,
      adopted: row.adopted,
    }));
  });
}

/** As far as it is about these modules; what is unfinished is told of all. */
export async function readLedger(company: SimulatedCompany, modules: readonly Module[]): Promise<Ledger> {
  const pairings = await readPairings(company);
  const entries = await readEntries(company, modules);
  const ids = new Set(entries.map(({ id }) => id));
  return company.database.inOrganization(company.organizationId, async tx => {
    const events = await tx.selectFrom('item_events').selectAll().orderBy('id').execute();
    const held = await tx.selectFrom('held_deletions').selectAll().where('state', '=', 'held').execute();
    const intents = await tx.selectFrom('intents').selectAll().execute();
    const inbox = await tx.selectFrom('inbox').selectAll().execute();
    return {
      pairings,
      entries,
      events: events
        .filter(row => ids.has(row.item_id))
        .map(row => ({
          entryId: row.item_id,
          action: row.action,
          code: row.code,
          atMs: row.at.getTime(),
          lost:
            row.detail_sealed === null
              ? null
              : (tx.vault.open('item_events', row.item_id, 'detail_sealed', row.detail_sealed) as Loss),
        })),
      held: held.map(row => ({ entryId: row.item_id, what: row.what })),
      openIntents: intents.map(row => `${row.op} in ${row.target} with key ${row.key}`),
      waiting: inbox.map(
        row =>
          `${row.what} ${row.kind} ${row.side} ${row.source_id}${row.not_before ? ` until ${row.not_before.toISOString()}` : ''}`,
      ),
    };
  });
}
