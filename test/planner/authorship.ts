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
  /** Places whose value a user wrote and the other side has not seen. */
  readonly #fresh = new Map<string, Set<PersonField>>();
  readonly #debts: Debt[] = [];

  wrote(where: string, field: PersonField): void {
    const fields = this.#fresh.get(where) ?? new Set();
    this.#fresh.set(where, fields.add(field));
  }

  /** All that a new thing says. */
  wroteAll(where: string, fields: Fields): void {
    for (const field of Object.keys(filled(fields))) this.wrote(where, field as PersonField);
  }

  /** Both sides have it. */
  carried(where: string, field: PersonField): void {
    this.#fresh.get(where)?.delete(field);
  }

  isFresh(where: string, field: PersonField): boolean {
    return this.#fresh.get(where)?.has(field) ?? false;
  }

  /** The same thing under another id, by a user's hand. */
  copied(from: string, to: string): void {
    this.#fresh.set(to, new Set(this.#fresh.get(from)));
  }

  /** We put a value in the place of another. */
  replaced(where: string, field: PersonField, before: string | null, after: string | null): void {
    if (alike(before, after)) return;
    if (this.isFresh(where, field)) this.#debts.push({ where, field, value: before });
    this.carried(where, field);
  }

  /** Debts are paid by the item's history. */
  settle(losses: readonly Pick<Loss, 'field' | 'lost'>[]): void {
    for (const { where, field, value } of this.#debts) {
      if (losses.some(loss => loss.field === field && sameValue(loss.lost, value))) continue;
      throw new Violation(
        'keep',
        `${where}: ${field} "${value ?? ''}" was overwritten and is not in the history`,
      );
    }
    this.#debts.length = 0;
  }
}
