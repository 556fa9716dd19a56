import type { Hands as ActivityHands } from '../activities/run.ts';
import { type Item as ActivityItem, type CrmThing, nameIn } from '../activities/thing.ts';
import { Administrator } from '../administrator.ts';
import { readPairings } from '../ledger.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { COLUMNS, FIELD_NAMES, FIELDS, type Json, written } from './fields.ts';

export interface EventItem extends ActivityItem {
  readonly isOrganizer: boolean;
  readonly hasAttendees: boolean;
  readonly isCancelled: boolean;
  readonly isDeclined: boolean;
  readonly seriesId: string | null;
  readonly raw: Json;
}

export interface EventRecord extends CrmThing {
  /** CRM users beside the owner who are to take part. */
  readonly invited: readonly string[];
  readonly raw: Json;
}

/** The product's note of what it made an event from. */
const KEY = 'String {9b2f6a3e-5d0c-4c1a-8f57-2a7d7c1e4b60} Name TandemKey';
const VIEW = [
  'startDateTime=2026-02-01T00:00:00Z&endDateTime=2027-06-01T00:00:00Z&$top=500',
  `$expand=singleValueExtendedProperties($filter=id eq '${KEY}')`,
].join('&');
const NAME = /^A\d+$/;

/** What users do and see in Outlook's calendar and in that of the CRM. */
export class Hands implements ActivityHands {
  readonly #company: SimulatedCompany;
  readonly administrator: Administrator;

  constructor(company: SimulatedCompany) {
    this.#company = company;
    this.administrator = new Administrator(company);
  }

  outlook(mailbox: string) {
    return this.#company.outlook(mailbox);
  }

  /** Everything that stands in the calendar, each occurrence by itself. */
  async items(mailbox: string): Promise<EventItem[]> {
    const { value } = await this.outlook(mailbox).call<{ value: Json[] }>('GET', `/calendarView?${VIEW}`);
    return value.map(itemOf).filter(({ name }) => NAME.test(name));
  }

  /** As each user sees them: what is private is not even an administrator's. */
  async records(): Promise<EventRecord[]> {
    const soql = `SELECT Id, OwnerId, ${COLUMNS} FROM Event WHERE IsChild = false`;
    const pairings = await readPairings(this.#company);
    const seen = await Promise.all([
      this.administrator.query<Json>(soql),
      ...pairings.map(({ mailbox }) => this.#company.crm(mailbox).query<Json>(soql)),
    ]);
    const invited = await this.#invited();
    const rows = new Map(seen.flat().map(row => [String(row.Id), row]));
    return [...rows.values()]
      .map(row => recordOf(row, invited.get(String(row.Id)) ?? []))
      .filter(({ name }) => NAME.test(name));
  }

  /** By id, which shows what queries may show later; null when it is there no more. */
  async opened({ id, ownerId, invited }: EventRecord): Promise<EventRecord | null> {
    const path = `/sobjects/Event/${id}`;
    const pairings = await readPairings(this.#company);
    for (const { mailbox } of pairings) {
      if ((await this.administrator.userId(mailbox)) !== ownerId) continue;
      const row = await this.#company
        .crm(mailbox)
        .call<Json>('GET', path)
        .catch(() => null);
      return row && recordOf(row, invited);
    }
    const row = await this.administrator.call<Json>('GET', path).catch(() => null);
    return row && recordOf(row, invited);
  }

  async #invited(): Promise<Map<string, string[]>> {
    const rows = await this.administrator.query<{ EventId: string; RelationId: string }>(
      'SELECT EventId, RelationId FROM EventRelation',
    );
    const grouped = Map.groupBy(rows, ({ EventId }) => EventId);
    return new Map(
      [...grouped].map(([event, relations]) => [event, relations.map(({ RelationId }) => RelationId)]),
    );
  }
}

/** Where the product's work on appointments is to be found. */
export const WHEREABOUTS = {
  collection: /\/events(\/.+)?$/,
  idPrefix: '00U',
  keyOf,
  subjectOf: (event: Json) => written(event.subject),
};

function keyOf(event: Json): string | null {
  const properties = (event.singleValueExtendedProperties ?? []) as readonly { id: string; value: string }[];
  return written(properties.find(({ id }) => id.toLowerCase() === KEY.toLowerCase())?.value);
}

function itemOf(raw: Json): EventItem {
  const values = Object.fromEntries(FIELD_NAMES.map(field => [field, FIELDS[field].shown(raw)]));
  const attendees = (raw.attendees ?? []) as readonly unknown[];
  return {
    id: String(raw.id),
    storedId: written(raw.seriesMasterId) ?? String(raw.id),
    name: nameIn(values.subject ?? null),
    values: { ...values, ...(raw.isAllDay === true ? { reminder: null } : {}) },
    categories: (raw.categories ?? []) as string[],
    createdAtMs: Date.parse(String(raw.createdDateTime)),
    isSynced: true,
    key: keyOf(raw),
    isOrganizer: raw.isOrganizer === true,
    hasAttendees: attendees.length > 0,
    isCancelled: raw.isCancelled === true,
    isDeclined: (raw.responseStatus as Json | null)?.response === 'declined',
    seriesId: written(raw.seriesMasterId),
    raw,
  };
}

function recordOf(raw: Json, invited: readonly string[]): EventRecord {
  const values = Object.fromEntries(FIELD_NAMES.map(field => [field, FIELDS[field].told(raw)]));
  const ownerId = String(raw.OwnerId);
  return {
    id: String(raw.Id),
    module: 'appointments',
    name: nameIn(values.subject ?? null),
    values,
    ownerId,
    invited: invited.filter(id => id !== ownerId),
    isClosed: false,
    raw,
  };
}
