import type { CrmPerson, CrmRef } from '../../sync/record.ts';
import type { CrmPage, CrmQuery, CrmReadResult } from '../connector.ts';
import type { CheckedAccess } from './access.ts';
import { personOf, selectOf } from './mapping.ts';
import type { UserSchema } from './schema.ts';
import { objectOf, type PersonKind } from './shape.ts';
import { and, chunks, instant, list, text } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

/**
 * Many ids are read by queries inside a composite, not by a collection retrieve: only a query reads the account with
 * the contact. Five of 400 ids are one call.
 */
const idsPerQuery = 400;
const addressesPerQuery = 100;
const rowsPerPage = 2_000;

/** Contacts and leads as one user sees them. */
export class People {
  readonly #wire: SalesforceWire;
  readonly #schema: UserSchema;
  readonly #access: CheckedAccess | null;

  constructor(wire: SalesforceWire, schema: UserSchema, access: CheckedAccess | null) {
    this.#wire = wire;
    this.#schema = schema;
    this.#access = access;
  }

  async find(query: CrmQuery): Promise<CrmPage> {
    const limit = Math.min(query.limit, rowsPerPage);
    const order = query.order === 'id' ? 'Id ASC' : 'LastModifiedDate DESC, Id DESC';
    const where = whereOf(query);
    const { records, done } = await this.#schema.using(shapes =>
      this.#wire.query(
        `SELECT ${selectOf(query.kind, shapes[query.kind])} FROM ${objectOf[query.kind]}` +
          `${where && ` WHERE ${where}`} ORDER BY ${order} LIMIT ${limit}`,
      ),
    );
    const last = records.at(-1);
    const next = last === undefined || (done && records.length < limit) ? null : positionOf(query, last);
    return { people: await this.#visible(query.kind, records), next };
  }

  async ids(query: Omit<CrmQuery, 'order'>): Promise<{ ids: readonly string[]; next: string | null }> {
    const limit = Math.min(query.limit, rowsPerPage);
    const where = whereOf({ ...query, order: 'id' });
    const { records, done } = await this.#wire.query(
      `SELECT Id FROM ${objectOf[query.kind]}${where && ` WHERE ${where}`} ORDER BY Id ASC LIMIT ${limit}`,
    );
    const ids = records.map(row => String(row.Id));
    const readable = this.#access === null ? null : await this.#access.readable(ids);
    return {
      ids: readable === null ? ids : ids.filter(id => readable.has(id)),
      next: done && ids.length < limit ? null : (ids.at(-1) ?? null),
    };
  }

  async read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    const found = new Map<string, CrmPerson>();
    for (const kind of ['contact', 'lead'] as const) {
      const ids = refs.filter(ref => ref.kind === kind).map(ref => ref.id);
      for (const person of await this.#visible(kind, await this.rows(kind, ids)))
        found.set(person.ref.id, person);
    }
    return refs.map(ref => {
      const person = found.get(ref.id);
      return person === undefined ? { type: 'absent' } : { type: 'present', person };
    });
  }

  async findByEmail(kind: PersonKind, addresses: readonly string[]): Promise<Map<string, CrmPerson[]>> {
    const found = new Map<string, CrmPerson[]>();
    for (const person of await this.where(kind, addresses, addressesPerQuery, group =>
      and(`Email IN ${list(group)}`, kind === 'lead' && 'IsConverted = false'),
    )) {
      const address = person.fields.email1?.toLowerCase() ?? '';
      found.set(address, [...(found.get(address) ?? []), person]);
    }
    return found;
  }

  /** The visible people that a condition per group of values finds. */
  async where(
    kind: PersonKind,
    values: readonly string[],
    groupSize: number,
    condition: (group: readonly string[]) => string,
  ): Promise<CrmPerson[]> {
    if (values.length === 0) return [];
    const answers = await this.#schema.using(shapes =>
      this.#wire.queries(
        chunks([...new Set(values)], groupSize).map(
          group =>
            `SELECT ${selectOf(kind, shapes[kind])} FROM ${objectOf[kind]} WHERE ${condition(group)} ` +
            `ORDER BY Id LIMIT ${rowsPerPage}`,
        ),
      ),
    );
    return this.#visible(
      kind,
      answers.flatMap(answer => answer.records),
    );
  }

  /** As the wire's user sees them. Salesforce may answer fewer rows than it found: the missing ids are asked again. */
  async rows(kind: PersonKind, ids: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let pending = [...new Set(ids)]; pending.length > 0; ) {
      const groups = chunks(pending, idsPerQuery);
      const answers = await this.#schema.using(shapes =>
        this.#wire.queries(groups.map(group => selectByIds(kind, selectOf(kind, shapes[kind]), group))),
      );
      rows.push(...answers.flatMap(answer => answer.records));
      pending = groups.flatMap((group, index) => {
        const { records, done } = answers[index]!;
        const seen = new Set(records.map(row => String(row.Id)));
        return done || seen.size === 0 ? [] : group.filter(id => !seen.has(id));
      });
    }
    return rows;
  }

  async #visible(kind: PersonKind, rows: readonly Row[]): Promise<CrmPerson[]> {
    const people = rows.map(row => personOf(kind, row));
    if (this.#access === null || people.length === 0) return people;
    const rights = await this.#access.rights(people.map(person => person.ref.id));
    return people.flatMap(person => {
      const right = rights.get(person.ref.id);
      return right?.read ? [{ ...person, editable: right.edit }] : [];
    });
  }
}

export function selectByIds(kind: PersonKind, columns: string, ids: readonly string[]): string {
  return `SELECT ${columns} FROM ${objectOf[kind]} WHERE Id IN ${list(ids)} ORDER BY Id`;
}

function whereOf(query: CrmQuery): string {
  return and(
    query.ownerId !== undefined && `OwnerId = ${text(query.ownerId)}`,
    query.modifiedSinceMs !== undefined && `LastModifiedDate >= ${instant(query.modifiedSinceMs)}`,
    query.kind === 'lead' && 'IsConverted = false',
    query.after != null && afterCondition(query, query.after),
  );
}

function afterCondition({ order }: CrmQuery, after: string): string {
  if (order === 'id') return `Id > ${text(after)}`;
  const [modified = '', id = ''] = after.split('|');
  const stamp = instant(Date.parse(modified));
  return `(LastModifiedDate < ${stamp} OR (LastModifiedDate = ${stamp} AND Id < ${text(id)}))`;
}

function positionOf({ order }: CrmQuery, row: Row): string {
  return order === 'id' ? String(row.Id) : `${row.LastModifiedDate}|${row.Id}`;
}
