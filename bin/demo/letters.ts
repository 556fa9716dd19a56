/** The mail of the colleagues once their mailboxes have folders: what each of them drops or sends, and what it shows. */

import { accounts, type Colleague, contactOf, type Person } from './company.ts';
import { DRIVES, PACKING_LINE } from './pipeline.ts';

/** Somebody who writes or is written to. */
export type Correspondent = Pick<Person, 'firstName' | 'lastName' | 'mail'>;

/** Where a letter lies: the folder that its user dropped it into, or Sent Items with the category. */
export type Place =
  | { readonly type: 'sent' }
  /** The names of folders below the product's own; the last one as Outlook shows it, behind any number. */
  | { readonly type: 'dropped'; readonly folders: readonly string[] };

export type Letter = {
  /** Names the letter in its Message-ID: delivered twice, it is archived once. */
  readonly name: string;
  readonly mailbox: Colleague;
  readonly from: Correspondent;
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly subject: string;
  readonly text: string;
  readonly file: { readonly filename: string; readonly content: string } | null;
  readonly place: Place;
};

const [almendra, , hansewerk, , copperRidge] = accounts;
const mira = almendra!.owner;
const jonas = hansewerk!.owner;
const priya = copperRidge!.owner;

/** Nobody in the CRM has him: he becomes a contact of the account with his domain (POL-21). */
const newcomer = { firstName: 'Iñaki', lastName: 'Sorozábal', mail: 'inaki.sorozabal@puertoalto.example' };

/** Nobody in the CRM has her either, but who is only written to is counted and not created: unmatched (MAIL-9). */
const unknown = { firstName: 'Odile', lastName: 'Marchetti', mail: 'odile.marchetti@copperridge.example' };

export const letters: readonly Letter[] = [
  received(mira, contactOf(almendra!, 0), {
    name: 'dates',
    cc: [contactOf(almendra!, 4)],
    subject: 'Dates for the installation',
    text: 'The week after the fair suits us. Could your fitters begin on a Tuesday?',
    folders: ['- Create New Email'],
  }),
  received(mira, contactOf(almendra!, 1), {
    name: 'order',
    subject: 'Packing line: our order',
    text: 'Please find our order attached. The second feeder can wait until spring.',
    file: { filename: 'order-2041.csv', content: 'item;pieces\r\nPacking line PL-4;1\r\nFeeder F-2;1\r\n' },
    folders: ['Opportunities', 'Assign To', PACKING_LINE],
  }),
  received(mira, newcomer, {
    name: 'sorter',
    subject: 'A sorter for hall three',
    text: 'A colleague gave me your name. We need to sort 4,000 parcels an hour. What would that cost?',
    folders: ['- Create New Opportunity'],
  }),
  received(jonas, contactOf(hansewerk!, 1), {
    name: 'drives',
    cc: [contactOf(hansewerk!, 2)],
    subject: 'Torque at low speed',
    text: 'Our test bench needs 40 Nm at 12 rpm. Does the offer hold for that?',
    folders: ['Opportunities', 'Assign To', DRIVES],
  }),
  received(jonas, contactOf(hansewerk!, 5), {
    name: 'noise',
    subject: 'Noise after the start',
    text: 'Since Monday the second drive whistles for a minute after each start.',
    folders: ['- Create New Case'],
  }),
  {
    ...usual(priya, priya),
    ...{ to: [contactOf(copperRidge!, 0), contactOf(copperRidge!, 3)], cc: [unknown] },
    ...{ name: 'minutes', subject: 'Minutes of our kick-off' },
    text: 'Thank you for your time. We begin with two teams, and look at the figures in four weeks.',
    place: { type: 'sent' },
  },
];

type Told = Pick<Letter, 'name' | 'subject' | 'text'> &
  Partial<Pick<Letter, 'cc' | 'file'>> & { readonly folders: readonly string[] };

function received(mailbox: Colleague, from: Correspondent, { folders, ...told }: Told): Letter {
  return { ...usual(mailbox, from), ...told, to: [mailbox], place: { type: 'dropped', folders } };
}

function usual(mailbox: Colleague, from: Correspondent) {
  return { mailbox, from, cc: [], file: null };
}
