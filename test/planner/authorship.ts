import { filled, sameValue } from '../../sync/people/compare.ts';
import type { Loss } from '../../sync/people/merge.ts';
import type { Fields, PersonField } from '../../sync/record.ts';
import { alike } from './systems.ts';
import { Violation } from './violation.ts';

interface Debt {
  readonly where: string;
  readonly field: PersonField;
  readonly value: string | null;
}

/**
 * Who wrote what stands in a field (invariants 2 and 6). What a user wrote and the other side does not have yet may be
 * overwritten by a user, or by us if the history keeps it.
 */
export class Authorship {
  /** Where a user wrote what the other side has not seen, and what both knew there before. */
  readonly #fresh = new Map<string, Map<PersonField, string | null>>();
  #debts: Debt[] = [];

  /** `compared`: the other side knows of it. What never met its like cannot be cleared: blanks are filled (PAIR-7). */
  edited(where: string, field: PersonField, before: Fields, after: Fields, compared: boolean): void {
    const fresh = this.#fresh.get(where)?.get(field);
    const known = fresh === undefined ? (before[field] ?? null) : fresh;
    // An edit that was taken back is none.
    const news = compared ? !sameValue(after[field], known) : !sameValue(after[field], null);
    if (!news) this.carried(where, field);
    else if (fresh === undefined) this.#note(where, field, compared ? known : null);
  }

  #note(where: string, field: PersonField, known: string | null): void {
    this.#fresh.set(where, (this.#fresh.get(where) ?? new Map()).set(field, known));
  }

  /** All that a new thing says. */
  wroteAll(where: string, fields: Fields): void {
    for (const field of Object.keys(filled(fields))) this.#note(where, field as PersonField, null);
  }

  /** Both sides have it. */
  carried(where: string, field: PersonField): void {
    this.#fresh.get(where)?.delete(field);
  }

  isFresh(where: string, field: PersonField): boolean {
    return this.#fresh.get(where)?.has(field) ?? false;
  }

  /** What both sides knew before a user wrote something new. */
  knownBefore(where: string, field: PersonField): string | null | undefined {
    return this.#fresh.get(where)?.get(field);
  }

  /** The same thing under another id, by a user's hand. */
  copied(from: string, to: string): void {
    this.#fresh.set(to, new Map(this.#fresh.get(from)));
  }

  /** We put a value in the place of another; `elsewhere`: the other side has it for itself by now. */
  replaced(
    where: string,
    field: PersonField,
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
    this.#debts = this.#debts.filter(debt => debt.where !== where || !sameValue(debt.value, null));
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
