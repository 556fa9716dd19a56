import { filled, sameText } from '../../sync/items/compare.ts';
import type { Loss } from '../../sync/items/merge.ts';
import type { Field, Fields } from '../../sync/record.ts';
import { alike } from './systems.ts';
import { Violation } from './violation.ts';

/** A value that a side knows, and what both sides knew there before. */
interface Written {
  readonly known: string | null;
  /** A user's, and the other side has not seen it. */
  readonly fresh: boolean;
}
interface Debt {
  readonly where: string;
  readonly field: Field;
  readonly value: string | null;
}

/**
 * Who wrote what stands in a field (invariants 2 and 6). What a user wrote and the other side does not have yet may be
 * overwritten by a user, or by us if the history keeps it.
 */
export class Authorship {
  readonly #written = new Map<string, Map<Field, Written>>();
  #debts: Debt[] = [];

  /** `compared`: the other side knows of it. What never met its like cannot be cleared: blanks are filled (PAIR-7). */
  edited(where: string, field: Field, before: Fields, after: Fields, compared: boolean): void {
    const noted = this.knownBefore(where, field);
    const known = noted === undefined ? (before[field] ?? null) : noted;
    // An edit that was taken back is none.
    const news = compared ? !sameText(after[field], known) : !sameText(after[field], null);
    if (!news) this.carried(where, field);
    else this.#note(where, field, { known: compared || noted !== undefined ? known : null, fresh: true });
  }

  #note(where: string, field: Field, written: Written): void {
    this.#written.set(where, (this.#written.get(where) ?? new Map()).set(field, written));
  }

  /** All that a new thing says. */
  wroteAll(where: string, fields: Fields): void {
    for (const field of Object.keys(filled(fields)))
      this.#note(where, field as Field, { known: null, fresh: true });
  }

  /** Both sides have it. */
  carried(where: string, field: Field): void {
    this.#written.get(where)?.delete(field);
  }

  /** Somebody who had the value before them wrote another one; what both sides knew is still what it was. */
  superseded(where: string, field: Field): void {
    const known = this.knownBefore(where, field);
    if (known !== undefined) this.#note(where, field, { known, fresh: false });
  }

  /** We wrote and do not know it: who puts back what was there before cannot be seen. */
  unanswered(where: string, field: Field, before: string | null): void {
    if (this.knownBefore(where, field) === undefined)
      this.#note(where, field, { known: before, fresh: false });
  }

  isFresh(where: string, field: Field): boolean {
    return this.#written.get(where)?.get(field)?.fresh ?? false;
  }

  /** What both sides knew before something new was written that they have not compared yet. */
  knownBefore(where: string, field: Field): string | null | undefined {
    return this.#written.get(where)?.get(field)?.known;
  }

  /** The same thing under another id, by a user's hand. */
  copied(from: string, to: string): void {
    this.#written.set(to, new Map(this.#written.get(from)));
  }

  /** We put a value in the place of another; `elsewhere`: the other side has it for itself by now. */
  replaced(
    where: string,
    field: Field,
    before: string | null,
    after: string | null,
    elsewhere: boolean,
  ): void {
    if (alike(before, after)) return;
    if (this.isFresh(where, field) && !elsewhere) this.#debts.push({ where, field, value: before });
    this.carried(where, field);
  }

  /** What was replaced there just now nobody could see. */
  forgive(where: string): void {
    this.#debts = this.#debts.filter(debt => debt.where !== where);
  }

  /** What was blank there was filled at adoption (PAIR-7). */
  filledIn(where: string): void {
    this.#debts = this.#debts.filter(debt => debt.where !== where || !sameText(debt.value, null));
  }

  /** Debts are paid by the item's history. */
  settle(losses: readonly Pick<Loss, 'field' | 'lost'>[]): void {
    for (const { where, field, value } of this.#debts) {
      if (losses.some(loss => loss.field === field && alike(loss.lost, value))) continue;
      throw new Violation(
        'keep',
        `${where}: ${field} "${value ?? ''}" was overwritten and is not in the history`,
      );
    }
    this.#debts = [];
  }
}
