import { SyncFailure } from '../../sync/failure.ts';
import { selectOf } from './select.ts';
import {
  type DescribedObject,
  type DescribedShape,
  describeObject,
  type RecordObject,
  type Shapes,
} from './shape.ts';
import { readPicklists, type TaskPicklists } from './task-picklists.ts';
import type { SalesforceWire } from './wire.ts';

const keptMs = 60 * 60_000;

/** What was read stays good for an hour. */
class Kept<T> {
  readonly #read: () => Promise<T>;
  readonly #now: () => number;
  #current: { readonly value: Promise<T>; readonly untilMs: number } | null = null;

  constructor(read: () => Promise<T>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  get(): Promise<T> {
    if (this.#current !== null && this.#now() < this.#current.untilMs) return this.#current.value;
    const value = this.#read();
    this.#current = { value, untilMs: this.#now() + keptMs };
    value.catch(() => this.forget());
    return value;
  }

  forget(): void {
    this.#current = null;
  }
}

/** The reading user's description of those objects that were asked for. */
export class OrgSchema {
  readonly wire: SalesforceWire;
  readonly now: () => number;
  readonly #shapes = new Map<DescribedObject, Kept<DescribedShape>>();
  readonly #picklists: Kept<TaskPicklists>;

  constructor(wire: SalesforceWire, now: () => number) {
    this.wire = wire;
    this.now = now;
    this.#picklists = new Kept(() => readPicklists(wire), now);
  }

  shape(object: DescribedObject): Promise<DescribedShape> {
    const kept = this.#shapes.get(object) ?? new Kept(() => describeObject(this.wire, object), this.now);
    this.#shapes.set(object, kept);
    return kept.get();
  }

  picklists(): Promise<TaskPicklists> {
    return this.#picklists.get();
  }

  forget(object: DescribedObject): void {
    this.#shapes.get(object)?.forget();
  }
}

/**
 * The columns for one user's requests. The reading user's are tried first, which saves calls per user; where field
 * security hides one of them, the user's own description takes over.
 */
export class UserSchema {
  readonly #org: OrgSchema;
  readonly #wire: SalesforceWire;
  readonly #proofs = new Map<RecordObject, Promise<void>>();
  readonly #own = new Map<DescribedObject, Kept<DescribedShape>>();
  /** Of which the reading user sees more than this one. */
  readonly #narrower = new Set<DescribedObject>();

  constructor(org: OrgSchema, wire: SalesforceWire) {
    this.#org = org;
    this.#wire = wire;
  }

  /** Once before the first write of an object: what is written must be readable, and a write is not tried twice. */
  prove(object: RecordObject): Promise<void> {
    const known = this.#proofs.get(object);
    if (known !== undefined) return known;
    const proof = this.using([object], async shapes => {
      await this.#wire.query(`SELECT ${selectOf(object, shapes[object])} FROM ${object} LIMIT 1`);
    });
    this.#proofs.set(object, proof);
    proof.catch(() => this.#proofs.delete(object));
    return proof;
  }

  /**
   * Before a write whose columns depend on what this very user may set: a column that is refused would fail the record, and
   * a write is not tried twice.
   */
  ofWriter(object: DescribedObject): Promise<DescribedShape> {
    if (this.#wire === this.#org.wire) return this.#org.shape(object);
    const kept = this.#own.get(object) ?? new Kept(() => describeObject(this.#wire, object), this.#org.now);
    this.#own.set(object, kept);
    return kept.get();
  }

  forget(object: DescribedObject): void {
    this.#own.get(object)?.forget();
    this.#org.forget(object);
  }

  async using<O extends DescribedObject, T>(
    objects: readonly O[],
    run: (shapes: Shapes<O>) => Promise<T>,
  ): Promise<T> {
    try {
      return await run(await this.#shapes(objects));
    } catch (error) {
      if (!(error instanceof SyncFailure) || error.kind !== 'schema') throw error;
      for (const object of objects) {
        this.forget(object);
        this.#narrower.add(object);
      }
      return run(await this.#shapes(objects));
    }
  }

  picklists(): Promise<TaskPicklists> {
    return this.#org.picklists();
  }

  async #shapes<O extends DescribedObject>(objects: readonly O[]): Promise<Shapes<O>> {
    const entries = objects.map(
      async (object): Promise<[O, DescribedShape]> => [
        object,
        await (this.#narrower.has(object) ? this.ofWriter(object) : this.#org.shape(object)),
      ],
    );
    return Object.fromEntries(await Promise.all(entries)) as Record<O, DescribedShape>;
  }
}
