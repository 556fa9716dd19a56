import type { CrmRecord, CrmRef, RecordKind } from '../../sync/record.ts';
import type { CrmPage, CrmQuery, CrmReadResult } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { allRowsOf, type Search } from './all-rows.ts';
import type { CrmForms } from './forms.ts';
import { type Page, readPage } from './pages.ts';
import { type Asked, rowsById } from './rows-by-id.ts';
import type { UserSchema } from './schema.ts';
import { selectOf } from './select.ts';
import {
  isVisible,
  objectOf,
  type PersonKind,
  type RecordObject,
  recordKinds,
  recordObjects,
} from './shape.ts';
import { and, chunks, list } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

const addressesPerQuery = 100;

/** Rows of one object. */
interface ObjectRows {
  readonly object: RecordObject;
  readonly rows: readonly Row[];
}

/** Contacts, leads, events and tasks as one user sees them. */
export class Records {
  readonly #wire: SalesforceWire;
  readonly #schema: UserSchema;
  readonly #access: CheckedAccess | null;
  readonly #forms: CrmForms;

  constructor(wire: SalesforceWire, schema: UserSchema, access: CheckedAccess | null, forms: CrmForms) {
    this.#wire = wire;
    this.#schema = schema;
    this.#access = access;
    this.#forms = forms;
  }

  async find(query: CrmQuery): Promise<CrmPage> {
    const object = objectOf[query.kind];
    const { next, rows, invitedIds } = await this.#page(query);
    const invited = await this.rows([{ kind: query.kind, ids: invitedIds }]);
    const records = await this.visible([{ object, rows: [...rows, ...invited] }]);
    return { records: sorted(records, query.order), next };
  }

  async ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    const { next, rows, invitedIds } = await this.#page({ ...query, order: 'id' }, 'Id, LastModifiedDate');
    const own = rows.map(row => String(row.Id));
    const readable = this.#access === null ? null : await this.#access.readable(own);
    const seen = readable === null ? own : own.filter(id => readable.has(id));
    return { ids: [...seen, ...invitedIds].sort(), next };
  }

  async read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    const found = new Map<string, CrmRecord>();
    const asked = recordKinds.map(kind => ({
      kind,
      ids: refs.filter(ref => ref.kind === kind).map(({ id }) => id),
    }));
    const rows = await this.rows(asked.filter(({ ids }) => ids.length > 0));
    for (const record of await this.visible(byObject(rows))) found.set(record.ref.id, record);
    return refs.map(ref => {
      const record = found.get(ref.id);
      return record === undefined ? { type: 'absent' } : { type: 'present', record };
    });
  }

  async findByEmail(kind: PersonKind, addresses: readonly string[]): Promise<Map<string, CrmRecord[]>> {
    const people = await this.where(objectOf[kind], addresses, addressesPerQuery, group =>
      havingEmail(kind, group),
    );
    return byEmail(people);
  }

  /** As `findByEmail`, and what else is asked by the way: the answers to that come as they are. */
  async findPeople(
    kinds: readonly PersonKind[],
    addresses: readonly string[],
    besides: readonly Search[],
  ): Promise<{ people: Map<PersonKind, Map<string, CrmRecord[]>>; rows: (readonly Row[])[] }> {
    const objects = kinds.map(kind => objectOf[kind]);
    const groups = chunks([...new Set(addresses)], addressesPerQuery);
    const rows = await this.#schema.using(objects, shapes =>
      allRowsOf(this.#wire, [
        ...besides,
        ...kinds.flatMap(kind => {
          const object = objectOf[kind];
          return groups.map(group => ({
            ...{ object, columns: selectOf(object, shapes[object]), condition: havingEmail(kind, group) },
          }));
        }),
      ]),
    );
    const found = await Promise.all(
      kinds.map(async (kind, index): Promise<[PersonKind, Map<string, CrmRecord[]>]> => {
        const start = besides.length + index * groups.length;
        const own = rows.slice(start, start + groups.length).flat();
        return [kind, byEmail(await this.visible([{ object: objectOf[kind], rows: own }]))];
      }),
    );
    return { people: new Map(found), rows: rows.slice(0, besides.length) };
  }

  /** The visible records that a condition per group of values finds. */
  async where(
    object: RecordObject,
    values: readonly string[],
    groupSize: number,
    condition: (group: readonly string[]) => string,
  ): Promise<CrmRecord[]> {
    if (values.length === 0) return [];
    const rows = await this.#schema.using([object], shapes =>
      allRowsOf(
        this.#wire,
        chunks([...new Set(values)], groupSize).map(group => ({
          ...{ object, columns: selectOf(object, shapes[object]), condition: condition(group) },
        })),
      ),
    );
    return this.visible([{ object, rows: rows.flat() }]);
  }

  /** As the wire's user sees them. */
  async rows(
    asked: readonly { readonly kind: RecordKind; readonly ids: readonly string[] }[],
  ): Promise<Row[]> {
    const wanted = asked.filter(({ ids }) => ids.length > 0);
    const objects = [...new Set(wanted.map(({ kind }) => objectOf[kind]))];
    return this.#schema.using(objects, shapes =>
      rowsById(
        this.#wire,
        objects.map(
          (object): Asked => ({
            object,
            columns: selectOf(object, shapes[object]),
            ids: wanted.filter(({ kind }) => objectOf[kind] === object).flatMap(({ ids }) => ids),
          }),
        ),
      ),
    );
  }

  /** What the user sees of these rows. */
  async visible(groups: readonly ObjectRows[]): Promise<CrmRecord[]> {
    const shown = await Promise.all(groups.map(({ object, rows }) => this.shown(object, rows)));
    return shown.flat().filter(record => record !== null);
  }

  /** A record for each row; null for what the user does not see. */
  async shown(object: RecordObject, rows: readonly Row[]): Promise<(CrmRecord | null)[]> {
    const behind = rows.flatMap(row => this.#forms.idsBehind(object, row));
    const rights = await this.#access?.rights(behind);
    return this.#forms.recordsOf(object, rows, rights ?? null);
  }

  async #page(query: CrmQuery, columns?: string): Promise<Page> {
    const object = objectOf[query.kind];
    const objects: (RecordObject | 'EventRelation')[] =
      query.kind === 'event' ? [object, 'EventRelation'] : [object];
    return this.#schema.using(objects, shapes => {
      const selected = columns ?? selectOf(object, shapes[object]);
      const hasInvitations = query.kind === 'event' && isVisible(shapes.EventRelation);
      return readPage(this.#wire, selected, query, hasInvitations);
    });
  }
}

function havingEmail(kind: PersonKind, addresses: readonly string[]): string {
  return and(`Email IN ${list(addresses)}`, kind === 'lead' && 'IsConverted = false');
}

function byEmail(people: readonly CrmRecord[]): Map<string, CrmRecord[]> {
  return Map.groupBy(people, ({ fields }) => fields.email1?.toLowerCase() ?? '');
}

function byObject(rows: readonly Row[]): ObjectRows[] {
  return recordObjects
    .map(object => ({ object, rows: rows.filter(row => typeOf(row) === object) }))
    .filter(group => group.rows.length > 0);
}

function typeOf(row: Row): unknown {
  return (row.attributes as { type?: unknown } | undefined)?.type;
}

function sorted(records: readonly CrmRecord[], order: CrmQuery['order']): CrmRecord[] {
  return [...records].sort((a, b) => {
    const byId = a.ref.id < b.ref.id ? -1 : 1;
    return order === 'id' ? byId : b.modifiedAtMs - a.modifiedAtMs || -byId;
  });
}
