import { SyncFailure } from '../../sync/failure.ts';
import { selectOf } from './mapping.ts';
import { describeShapes, objectOf, type PersonKind, type Shapes } from './shape.ts';
import type { SalesforceWire } from './wire.ts';

const keptMs = 60 * 60_000;

/** The reading user's description of the objects, kept for an hour. */
export class OrgSchema {
  readonly #wire: SalesforceWire;
  readonly #now: () => number;
  #current: { readonly shapes: Promise<Shapes>; readonly untilMs: number } | null = null;

  constructor(wire: SalesforceWire, now: () => number) {
    this.#wire = wire;
    this.#now = now;
  }

  shapes(): Promise<Shapes> {
    if (this.#current !== null && this.#now() < this.#current.untilMs) return this.#current.shapes;
    const shapes = describeShapes(this.#wire);
    this.#current = { shapes, untilMs: this.#now() + keptMs };
    shapes.catch(() => this.forget());
    return shapes;
  }

  forget(): void {
    this.#current = null;
  }
}

/**
 * The columns for one user's requests. The reading user's are tried first, which saves two calls per user; where
 * field security hides one of them, the user's own description takes over.
 */
export class UserSchema {
  readonly #org: OrgSchema;
  readonly #wire: SalesforceWire;
  readonly #proofs = new Map<PersonKind, Promise<void>>();
  #own: Shapes | null = null;

  constructor(org: OrgSchema, wire: SalesforceWire) {
    this.#org = org;
    this.#wire = wire;
  }

  /** Once before the first write of a kind: what is written must be readable, and a write is not tried twice. */
  prove(kind: PersonKind): Promise<void> {
    const known = this.#proofs.get(kind);
    if (known !== undefined) return known;
    const proof = this.using(async shapes => {
      await this.#wire.query(`SELECT ${selectOf(kind, shapes[kind])} FROM ${objectOf[kind]} LIMIT 1`);
    });
    this.#proofs.set(kind, proof);
    proof.catch(() => this.#proofs.delete(kind));
    return proof;
  }

  async using<T>(run: (shapes: Shapes) => Promise<T>): Promise<T> {
    try {
      return await run(this.#own ?? (await this.#org.shapes()));
    } catch (error) {
      if (!(error instanceof SyncFailure) || error.kind !== 'schema') throw error;
      this.#org.forget();
      this.#own = await describeShapes(this.#wire);
      return run(this.#own);
    }
  }
}
