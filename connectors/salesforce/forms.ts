import type { CrmRecord } from '../../sync/record.ts';
import type { RightsById } from './access.ts';
import type { People } from './event-people.ts';
import {
  crmEventOf,
  crmEventOfGone,
  idsOfPeople,
  tellsByRelations,
  type WholeEvent,
} from './event-records.ts';
import { personOf } from './mapping.ts';
import type { Persons } from './persons.ts';
import { type Relations, relationsOf } from './relations.ts';
import type { UserSchema } from './schema.ts';
import type { RecordObject } from './shape.ts';
import { crmTaskOf, idsOfSubjects, type UrlOf } from './task-records.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** How rows of the CRM become records of the core, with what stands in other rows. */
export class CrmForms {
  readonly #userId: string;
  readonly #wire: SalesforceWire;
  readonly #schema: UserSchema;
  readonly #persons: Persons;
  readonly #urlOf: UrlOf;

  constructor(userId: string, wire: SalesforceWire, schema: UserSchema, persons: Persons, urlOf: UrlOf) {
    this.#userId = userId;
    this.#wire = wire;
    this.#schema = schema;
    this.#persons = persons;
    this.#urlOf = urlOf;
  }

  /** The ids whose rights decide what is shown of a row. */
  idsBehind(object: RecordObject, row: Row): string[] {
    return [String(row.Id), ...(object === 'Task' ? idsOfSubjects(row) : [])];
  }

  /** A record for each row; null for what the user may not see. `rights` is null where the CRM itself decides that. */
  async recordsOf(
    object: RecordObject,
    rows: readonly Row[],
    rights: RightsById | null,
  ): Promise<(CrmRecord | null)[]> {
    if (rows.length === 0) return [];
    const records = await this.#recordsOf(object, rows, rights);
    return rights === null ? records : records.map(record => this.#checked(record, rights));
  }

  /** As `recordsOf`, of rows that are gone by now: nothing more is asked of them. `people`: those that are known. */
  async recordsOfGone(
    object: RecordObject,
    rows: readonly Row[],
    rights: RightsById | null,
    people: People,
  ): Promise<CrmRecord[]> {
    const records =
      object === 'Event'
        ? rows.map(row => crmEventOfGone(row, people, this.#userId))
        : await this.#recordsOf(object, rows, rights);
    return rights === null ? records : records.flatMap(record => this.#checked(record, rights) ?? []);
  }

  /** Events with the rows that belong to them; `mayHave` saves asking for those that tell nothing. */
  async wholeEvents(
    rows: readonly Row[],
    mayHave: (row: Row) => boolean = () => true,
  ): Promise<WholeEvent[]> {
    const ids = rows.filter(mayHave).map(row => String(row.Id));
    const relations = await this.#relations(ids);
    const related = rows.map(row => ({ row, relations: relations.get(String(row.Id)) ?? [] }));
    const people = await this.#persons.byIds(
      related.flatMap(event => idsOfPeople(event.row, event.relations)),
    );
    return related.map(event => ({ ...event, people }));
  }

  async #relations(eventIds: readonly string[]): Promise<Relations> {
    if (eventIds.length === 0) return new Map();
    return this.#schema.using(['EventRelation'], shapes =>
      relationsOf(this.#wire, shapes.EventRelation, eventIds),
    );
  }

  async #recordsOf(
    object: RecordObject,
    rows: readonly Row[],
    rights: RightsById | null,
  ): Promise<CrmRecord[]> {
    if (object === 'Contact') return rows.map(row => personOf('contact', row));
    if (object === 'Lead') return rows.map(row => personOf('lead', row));
    if (object === 'Event')
      return (await this.wholeEvents(rows, tellsByRelations)).map(event => crmEventOf(event, this.#userId));
    const picklists = await this.#schema.picklists();
    const mayShow = (id: string) => rights === null || rights.get(id)?.read === true;
    return rows.map(row => crmTaskOf(row, picklists, this.#urlOf, mayShow));
  }

  /** Owners and whoever is invited see an event; nobody else sees a private one. */
  #checked(record: CrmRecord, rights: RightsById): CrmRecord | null {
    const right = rights.get(record.ref.id);
    const isActivity = record.ref.kind !== 'contact' && record.ref.kind !== 'lead';
    const isOwn = isActivity && record.ownerId === this.#userId;
    const isPrivate = record.fields.privacy === 'private';
    const sees = isOwn || record.invited === true || (right?.read === true && !isPrivate);
    return sees ? { ...record, editable: isOwn || right?.edit === true } : null;
  }
}
