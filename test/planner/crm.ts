import type {
  CrmAbsence,
  CrmAnswered,
  CrmConnection,
  CrmDeleted,
  CrmReadResult,
  CrmSession,
  CrmWrite,
  CrmWritten,
  Outcome,
} from '../../connectors/connector.ts';
import type { Companion } from '../../db/companions.ts';
import { SyncFailure } from '../../sync/failure.ts';
import { differing, withFields } from '../../sync/items/compare.ts';
import { MODULE_OF } from '../../sync/modules.ts';
import { addressesOf } from '../../sync/people/newcomers.ts';
import type { CrmRecord, CrmRef, Field, Fields, RecordKind } from '../../sync/record.ts';
import { uidOf } from './meeting.ts';
import { COLLEAGUE, newRecord, type RecordInCrm, USER } from './record.ts';
import { lostAnswer, refusal, type Surroundings } from './surroundings.ts';
import { kept, type System } from './systems.ts';

export interface CrmWatcher {
  crmWrite(operation: CrmWrite, record: RecordInCrm | null): void;
  whoIs(key: string): number;
  standsElsewhere(where: string, field: Field, value: string | null): boolean;
}

export const viewUrl = (ref: CrmRef): string => `https://crm.example/${ref.id}`;

type Asked = Pick<
  CrmSession,
  'userId' | 'read' | 'findByEmail' | 'accountsByName' | 'accountsByDomain' | 'findCreated' | 'write'
> &
  Pick<CrmConnection, 'absence'>;

export class PretendedCrm implements Asked {
  readonly userId = USER;
  readonly records = new Map<string, RecordInCrm>();
  readonly accounts = [
    { id: 'a1', name: 'Contoso', domain: 'contoso.example' },
    { id: 'a2', name: 'Fabrikam', domain: 'fabrikam.example' },
  ];
  /** Ids of records and accounts that changed since they were asked for last. */
  readonly touched = new Set<string>();
  watcher: CrmWatcher | null = null;
  /** Whether answers say if the user may edit a record. */
  tellsRights = true;
  writes = 0;
  /** When it was last asked for addresses. */
  askedTick = 0;
  readonly #system: System;
  readonly #around: Surroundings;

  constructor(system: System, around: Surroundings) {
    this.#system = system;
    this.#around = around;
  }

  put(who: number, kind: RecordKind, fields: Fields, more: Partial<RecordInCrm> = {}): RecordInCrm {
    const record = newRecord({
      id: `r${this.records.size + 1}`,
      kind,
      who,
      createdAtMs: this.#around.nowMs,
      modifiedAtMs: this.#around.nowMs,
      wasLocked: more.editable === false,
      ...more,
      fields: kept(this.#system, fields, MODULE_OF[kind]),
    });
    this.records.set(record.id, record);
    this.touched.add(record.id);
    return record;
  }

  /** Whether the CRM holds less of a value. */
  cuts(field: Field, value: string): boolean {
    return this.#system.stored(field, value).length < value.length;
  }

  /** A user's hand. */
  edit(record: RecordInCrm, fields: Fields, compared: boolean): void {
    const before = record.fields;
    record.fields = kept(this.#system, withFields(before, fields), MODULE_OF[record.kind]);
    for (const field of differing(before, record.fields))
      this.#around.authorship.edited(record.id, field, before, record.fields, compared);
    this.handled(record);
  }

  handled(record: RecordInCrm): void {
    this.#around.tick += 1;
    record.changedTick = this.#around.tick;
    this.save(record);
  }

  save(record: RecordInCrm): void {
    record.modifiedAtMs = this.#around.nowMs;
    this.touched.add(record.id);
  }

  /** As the user sees the record: a contact's company is its account's name. */
  seen(record: RecordInCrm): CrmRecord {
    const { id, kind, ownerId, accountId, createdAtMs, modifiedAtMs, key, successor } = record;
    const account = this.accounts.find(one => one.id === accountId);
    return {
      ref: { kind, id },
      ownerId,
      accountId,
      fields: kind === 'contact' ? { ...record.fields, company: account?.name ?? null } : record.fields,
      createdAtMs,
      modifiedAtMs,
      ...(this.tellsRights ? { editable: record.editable } : {}),
      ...(key === undefined ? {} : { key }),
      ...(kind === 'event' ? { invited: record.invited, attendees: record.attendees } : {}),
      ...(kind === 'task' ? { closed: record.fields.status === 'completed' } : {}),
      ...(successor && kind === 'lead' ? { successor } : {}),
    };
  }

  isSeen(record: RecordInCrm | undefined): record is RecordInCrm {
    return record?.visible === true && !record.deleted;
  }

  async read(refs: readonly CrmRef[]): Promise<CrmReadResult[]> {
    return refs.map(ref => {
      const record = this.records.get(ref.id);
      if (!record) return { type: 'absent' };
      record.readTick = this.#around.tick;
      record.told = this.isSeen(record) && record.kind === ref.kind ? this.seen(record) : null;
      return record.told ? { type: 'present', record: record.told } : { type: 'absent' };
    });
  }

  async absence(refs: readonly CrmRef[]): Promise<Map<string, CrmAbsence | { readonly successor: CrmRef }>> {
    return new Map<string, CrmAbsence | { readonly successor: CrmRef }>(
      refs.map(({ id }) => {
        const record = this.records.get(id);
        if (record?.deleted && record.successor) return [id, { successor: record.successor }];
        return [id, !record || record.deleted ? 'deleted' : 'hidden'];
      }),
    );
  }

  /** Whose pairing has these records as well, and writes them (db/companions.ts). */
  leaders(ids: readonly string[]): Map<string, Companion[]> {
    return new Map(
      ids.flatMap(id => {
        const record = this.records.get(id);
        if (!record?.led) return [];
        const leader = {
          itemId: 'lead',
          pairingId: 'lead',
          crmUserId: COLLEAGUE,
          crmId: id,
          meetingHash: uidOf(record.who),
        };
        return [[id, [leader]] as const];
      }),
    );
  }

  recordOf(uid: string): string | undefined {
    return [...this.records.values()].find(({ led, deleted, who }) => led && !deleted && uidOf(who) === uid)
      ?.id;
  }

  async findByEmail(
    kind: 'contact' | 'lead',
    addresses: readonly string[],
  ): Promise<Map<string, CrmRecord[]>> {
    this.askedTick = this.#around.tick;
    const found = new Map<string, CrmRecord[]>();
    for (const record of this.records.values()) {
      if (record.kind !== kind || record.deleted || record.successor) continue;
      for (const address of addressesOf(record.fields).filter(one => addresses.includes(one)))
        found.set(address, [...(found.get(address) ?? []), this.seen(record)]);
    }
    return found;
  }

  async findCreated(attempts: readonly { readonly key: string }[]): Promise<Map<string, CrmRecord>> {
    const live = [...this.records.values()].filter(record => !record.deleted);
    return new Map(
      attempts.flatMap(({ key }) => {
        const record = live.find(one => one.key === key);
        return record ? [[key, this.seen(record)] as const] : [];
      }),
    );
  }

  async accountsByName(names: readonly string[]): Promise<Map<string, string[]>> {
    return this.#accountsBy('name', names);
  }

  async accountsByDomain(domains: readonly string[]): Promise<Map<string, string[]>> {
    return this.#accountsBy('domain', domains);
  }

  #accountsBy(property: 'name' | 'domain', wanted: readonly string[]): Map<string, string[]> {
    const matching = this.accounts.filter(account => wanted.includes(account[property]));
    return new Map(matching.map(account => [account[property], [account.id]]));
  }

  async write(operations: readonly CrmWrite[]): Promise<Outcome<CrmAnswered>[]> {
    this.#around.meanwhile();
    return operations.map(operation => {
      const failure = refusal(this.#around) ?? this.#impossible(operation);
      if (failure) return { ok: false, failure };
      const value = this.#carryOut(operation);
      const lost = lostAnswer(this.#around);
      if (lost) this.#unseen(value);
      return lost ? { ok: false, failure: lost } : { ok: true, value };
    });
  }

  #impossible(operation: CrmWrite): SyncFailure | null {
    if (operation.op === 'create') return null;
    const record = this.records.get(operation.ref.id);
    // Already gone is success.
    if (operation.op === 'delete' && record?.deleted) return null;
    if (!this.isSeen(record) || record.successor) return new SyncFailure('gone', 'There is no such record.');
    return record.editable ? null : new SyncFailure('forbidden', 'The user may not edit this record.');
  }

  #carryOut(operation: CrmWrite): CrmAnswered {
    const record = this.#meant(operation);
    this.watcher?.crmWrite(operation, record);
    this.writes += 1;
    this.#around.tell(`  we write to the CRM: ${JSON.stringify(operation)}`);
    if (operation.op === 'delete') return this.#remove(operation.ref, record);
    if (record) return this.#update(record, operation.fields, operation.op === 'create');
    const { kind, key, fields, accountId } = operation as Extract<CrmWrite, { op: 'create' }>;
    const made = this.put(this.watcher?.whoIs(key) ?? -1, kind, fields, {
      key,
      accountId: accountId ?? null,
    });
    return { ref: { kind, id: made.id }, after: this.seen(made) };
  }

  #meant(operation: CrmWrite): RecordInCrm | null {
    if (operation.op !== 'create') return this.records.get(operation.ref.id) ?? null;
    return [...this.records.values()].find(one => one.key === operation.key && !one.deleted) ?? null;
  }

  /** The answer tells what was saved after the last look. */
  #remove(ref: CrmRef, record: RecordInCrm | null): CrmDeleted {
    if (!record || record.deleted) return { ref, after: null };
    if (record.changedTick > record.readTick) this.#around.reach('edit raced a deletion');
    for (const [field, value] of Object.entries(record.fields)) {
      const elsewhere = this.watcher?.standsElsewhere(record.id, field as Field, value ?? null) ?? false;
      this.#around.authorship.replaced(record.id, field as Field, value ?? null, GONE, elsewhere);
    }
    const before = this.seen(record);
    record.deleted = true;
    this.save(record);
    return { ref, before, after: null };
  }

  /** Only the answer would have told what a colleague had saved since our look. */
  #unseen({ ref: { id }, before, after }: CrmAnswered): void {
    for (const field of before && after ? differing(before.fields, after.fields) : [])
      this.#around.authorship.unanswered(id, field, before?.fields[field] ?? null);
    const record = this.records.get(id);
    if (!record || record.changedTick <= record.readTick) return;
    this.#around.authorship.forgive(id);
    this.#around.reach('edit raced an unanswered write');
  }

  #update(record: RecordInCrm, fields: Fields, existed: boolean): CrmWritten {
    const before = this.seen(record);
    const stood = record.fields;
    record.fields = kept(this.#system, withFields(stood, fields), MODULE_OF[record.kind]);
    for (const field of differing(stood, record.fields)) {
      const [lost, now] = [stood[field] ?? null, record.fields[field] ?? null];
      const elsewhere = this.watcher?.standsElsewhere(record.id, field, lost) ?? false;
      this.#around.authorship.replaced(record.id, field, lost, now, elsewhere);
    }
    this.save(record);
    return { ref: before.ref, before, after: this.seen(record), ...(existed ? { existed } : {}) };
  }
}

/** No value: what is deleted is like nothing. */
const GONE = '\u0000gone';
