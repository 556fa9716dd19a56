import { considerItem } from '../../sync/items/newcomers.ts';
import type { Offer } from '../../sync/items/offer.ts';
import type { MailboxItem } from '../../sync/record.ts';
import type { Sides } from './sides.ts';
import type { Case, Planning } from './work.ts';

/** An item of the mailbox that has no record yet, and what the CRM says to its addresses and company. */
export interface Offered {
  readonly one: Case;
  readonly sides: Sides;
  readonly offered: MailboxItem;
  readonly offer: Offer;
}

/** Items that stay what they are until their user gives them the category. */
const STAYING: ReadonlySet<string | null> = new Set(['already_there', 'kept_by_admin', 'has_attendees']);

export function considerOffer(work: Planning, one: Case, sides: Sides, person: MailboxItem): Offered {
  const { item, mailboxRow } = one;
  const isStaying = item?.link === 'already_there' && STAYING.has(item.code);
  const before = isStaying ? (item.mailboxBase?.categories ?? []) : (mailboxRow?.listedCategories ?? null);
  const offer = considerItem(
    {
      fields: person.fields,
      categories: person.categories,
      containerId: person.containerId,
      categoriesBefore: before,
      meeting: person.meeting,
    },
    work.rules,
  );
  return { one, sides, offered: person, offer };
}
