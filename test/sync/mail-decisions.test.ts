import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ConversionPlan, convert, type Destination } from '../../sync/mail/convert.ts';
import type { AccountRef } from '../../sync/mail/creation.ts';
import type { Matches } from '../../sync/mail/matches.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import type { ConversionOptions } from '../../sync/mail/options.ts';
import type { PersonRef } from '../../sync/mail/people.ts';
import { at, conversion, defaults, message, OWN, person } from './mail-sample.ts';

/** What the CRM and the tenant know: every kind of addressee has an address of its own. */
const matches: Matches = {
  users: [person('U1', 'colleague@contoso.com'), person('U2', 'consultant@outside.example')],
  contacts: [
    person('C1', 'contact@fabrikam.example', 'A1'),
    person('C2', 'single@nowhere.example'),
    person('C3', 'twice@fabrikam.example', 'A1'),
    person('C4', 'Twice@Fabrikam.example', 'A2'),
    person('C5', 'gmail.user@gmail.com', 'A3'),
    person('C6', 'known@blocked.example', 'A4'),
    person('C7', 'employee@contoso.com', 'A5'),
    person('C8', 'consultant@outside.example', 'A6'),
    person('C9', 'lawyer@firm.example', 'A7'),
    person('C10', 'both@lead.example', 'A8'),
    person('C11', 'noreply@shop.example', 'A9'),
  ],
  leads: [person('L1', 'lead@lead.example'), person('L2', 'both@lead.example')],
  accountsByDomain: new Map([
    ['fabrikam.example', ['A1']],
    ['several.example', ['A10', 'A11']],
    ['blocked.example', ['A4']],
    ['contoso.com', ['A12']],
    ['gmail.com', ['A13']],
  ]),
  hidden: new Set(['secret@hidden.example']),
};

/** The facts about each kind of addressee, from which the oracle tells what has to happen. */
interface Kind {
  address: string;
  is?: 'user' | 'contact' | 'lead' | 'hidden' | 'not counted';
  people?: string[];
  /** Of the contacts, or of the one account that the domain tells. */
  accounts?: string[];
  /** What an account for a new contact would be; absent: nobody may be created. */
  creates?: { account: string | null; accountIsNew?: boolean };
  onlyBlockedByOption?: boolean;
  inside?: boolean;
}

const contact = (address: string, people: string[], accounts: string[] = []): Kind => ({
  ...{ address, is: 'contact', people, accounts },
});

const KINDS: Record<string, Kind> = {
  'the user': { address: 'ann.lee@contoso.com', is: 'user', people: ['U-own'], inside: true },
  'the user, with a tag': { address: 'ann+crm@contoso.com', is: 'user', people: ['U-own'], inside: true },
  'a CRM user': { address: 'colleague@contoso.com', is: 'user', people: ['U1'], inside: true },
  'a CRM user who is a contact too': { address: 'consultant@outside.example', is: 'user', people: ['U2'] },
  'a contact': contact('contact@fabrikam.example', ['C1'], ['A1']),
  'a contact in other letters': contact('Contact@FABRIKAM.example', ['C1'], ['A1']),
  'a contact with a tag': contact('contact+news@fabrikam.example', ['C1'], ['A1']),
  'a contact without account': contact('single@nowhere.example', ['C2']),
  'two contacts': contact('twice@fabrikam.example', ['C3', 'C4'], ['A1', 'A2']),
  'a contact at a public domain': contact('gmail.user@gmail.com', ['C5'], ['A3']),
  'a contact at an excluded domain': contact('known@blocked.example', ['C6'], ['A4']),
  'a contact of the own domain': { ...contact('employee@contoso.com', ['C7'], ['A5']), inside: true },
  'a contact who is a lead too': contact('both@lead.example', ['C10'], ['A8']),
  'a machine that is a contact': contact('noreply@shop.example', ['C11'], ['A9']),
  'a lead': {
    ...{ address: 'lead@lead.example', is: 'lead', people: ['L1'] },
    creates: { account: 'lead.example', accountIsNew: true },
  },
  'somebody hidden': { address: 'secret@hidden.example', is: 'hidden' },
  'a stranger of a known account': {
    ...{ address: 'new@fabrikam.example', accounts: ['A1'], creates: { account: 'A1' } },
  },
  'a stranger of a department of a known account': {
    ...{ address: 'new@sales.fabrikam.example', accounts: ['A1'], creates: { account: 'A1' } },
  },
  'a stranger of an unknown company': {
    ...{ address: 'new@nowhere.example', creates: { account: 'nowhere.example', accountIsNew: true } },
  },
  'a stranger of several accounts': { address: 'new@several.example', creates: { account: null } },
  'a stranger at a public domain': { address: 'new@gmail.com', creates: { account: null } },
  'a stranger at an excluded domain': {
    ...{
      address: 'new@blocked.example',
      accounts: ['A4'],
      creates: { account: 'A4' },
      onlyBlockedByOption: true,
    },
  },
  'a stranger of the own domain': { address: 'new@contoso.com', inside: true },
  'a group': { address: 'everybody@partner.example' },
  'a machine': { address: 'mailer-daemon@partner.example' },
  'an excluded address': { address: 'lawyer@firm.example', is: 'not counted' },
  'an excluded address with a tag': { address: 'lawyer+x@firm.example', is: 'not counted' },
  'an address of an excluded domain': { address: 'dr@doctors.example', is: 'not counted' },
  'a look-alike of a contact': { address: 'contact@fаbrikam.example', is: 'not counted' },
  'an address that is none': { address: 'not an address', is: 'not counted' },
}; // the look-alike has a Cyrillic а

const SWITCHES = [false, true];
const every = <T>(values: readonly T[], next: (value: T) => ConversionOptions[]) => values.flatMap(next);
const OPTIONS: ConversionOptions[] = every(SWITCHES, mustMatch =>
  every(SWITCHES, ccAndBcc =>
    every(SWITCHES, leadsIfNoContact =>
      every(SWITCHES, enabled =>
        every(SWITCHES, leadInsteadOfContact =>
          every(SWITCHES, accountIfUnmatched =>
            every([[], ['blocked.example']], excludedDomains => [
              {
                ...{ ...defaults, mustMatch, ccAndBcc, leadsIfNoContact },
                creation: { enabled, leadInsteadOfContact, accountIfUnmatched, excludedDomains },
              },
            ]),
          ),
        ),
      ),
    ),
  ),
);

type Place = 'from' | 'to' | 'cc' | 'bcc of the own copy' | 'bcc of a copy received';
const PLACES: Place[] = ['from', 'to', 'cc', 'bcc of the own copy', 'bcc of a copy received'];

/** Beside the addressee only the user and a colleague take part. */
function messageWith(address: string, place: Place): MailMessage {
  const one = [at(address, 'Kim Roe')];
  const sent = { from: at(OWN), to: [at('colleague@contoso.com')] };
  switch (place) {
    case 'from':
      return message({ from: one[0]!, to: [at(OWN)] });
    case 'to':
      return message({ from: at(OWN), to: one });
    case 'cc':
      return message({ ...sent, cc: one });
    case 'bcc of the own copy':
      return message({ ...sent, bcc: one });
    case 'bcc of a copy received':
      return message({ from: at('colleague@contoso.com'), to: [at(OWN)], bcc: one });
  }
}

interface Expected {
  isArchived: boolean;
  people: string[];
  accounts: string[];
  newPeople: string[];
  newAccounts: string[];
  main: { contact: string | null; account: string | null };
}

/** The rules of MAIL-2, POL-21 and POL-27, told by facts about the kind alone. */
function expected(
  kind: Kind,
  place: Place,
  options: ConversionOptions,
  makesRecord: boolean,
): Partial<Expected> {
  const outcome = whatBecomesOf(kind, place, options);
  const counts = outcome.kind === 'contact' || outcome.kind === 'lead';
  if (isNeverArchived(kind, place) || !(makesRecord || !options.mustMatch || counts))
    return { isArchived: false };
  const { people, accounts, newPeople, newAccounts } = outcome;
  const isMain = makesRecord && !kind.inside && outcome.kind !== 'user';
  const contact = isMain && outcome.kind === 'contact' && people.length === 1 ? people[0]! : null;
  const account = isMain && accounts.length === 1 ? accounts[0]! : null;
  return {
    ...{ isArchived: true, people: withoutThoseBeside(people), accounts, newPeople, newAccounts },
    main: { contact, account },
  };
}

/** An excluded party as the sender, or as the only one outside. */
function isNeverArchived(kind: Kind, place: Place): boolean {
  const isExcluded = /firm\.example|doctors\.example/.test(kind.address);
  return isExcluded && place !== 'bcc of a copy received';
}

const isRead = (place: Place, { ccAndBcc }: ConversionOptions) =>
  place === 'from' || place === 'to' || (ccAndBcc && place !== 'bcc of a copy received');

function whatBecomesOf(kind: Kind, place: Place, options: ConversionOptions) {
  const nothing = { kind: null, people: [], accounts: [], newPeople: [], newAccounts: [] };
  if (!isRead(place, options) || kind.is === 'not counted') return nothing;
  const { creation } = options;
  const known = { ...nothing, people: kind.people ?? [], accounts: kind.accounts ?? [] };
  if (kind.is === 'user' || kind.is === 'contact') return { ...known, kind: kind.is };
  if (kind.is === 'lead' && options.leadsIfNoContact) return { ...known, kind: 'lead' as const };
  const isBlocked = kind.onlyBlockedByOption && creation.excludedDomains.length > 0;
  if (!kind.creates || !creation.enabled || isBlocked) return { ...nothing, accounts: kind.accounts ?? [] };
  if (creation.leadInsteadOfContact && kind.is === 'lead') return { ...known, kind: 'lead' as const };
  const address = kind.address;
  if (creation.leadInsteadOfContact)
    return { ...nothing, kind: 'lead' as const, people: [address], newPeople: [`lead ${address}`] };
  const { account, accountIsNew = false } = kind.creates;
  const gets = account === null || (accountIsNew && !creation.accountIfUnmatched) ? [] : [account];
  return {
    ...{ kind: 'contact' as const, people: [address], newPeople: [`contact ${address}`], accounts: gets },
    newAccounts: accountIsNew ? gets : [],
  };
}

const refName = (ref: PersonRef) => (ref.type === 'new' ? ref.address : ref.id);
const accountName = (ref: AccountRef) => (ref.type === 'new' ? ref.domain : ref.id);

/** The user and the colleague take part in any case. */
const withoutThoseBeside = (people: string[]) => people.filter(id => id !== 'U-own' && id !== 'U1');

function told(plan: ConversionPlan): Partial<Expected> {
  if (plan.type === 'none') return { isArchived: false };
  return {
    isArchived: true,
    people: withoutThoseBeside(plan.participants.flatMap(({ refs }) => refs.map(refName))),
    accounts: plan.accounts.map(accountName),
    newPeople: plan.newPeople.map(one => `${one.kind} ${one.address}`),
    newAccounts: plan.newAccounts.map(({ domain }) => domain),
    main: {
      contact: plan.newRecord?.contact ? refName(plan.newRecord.contact) : null,
      account: plan.newRecord?.account ? accountName(plan.newRecord.account) : null,
    },
  };
}

const DESTINATIONS: Destination[] = [
  { type: 'archive' },
  {
    type: 'create',
    form: { type: { module: 'opportunities' }, defaults: {}, nameLength: 120, descriptionLength: 32_000 },
  },
];

const CASES = PLACES.flatMap(place =>
  OPTIONS.flatMap(options => DESTINATIONS.map(destination => ({ place, options, destination }))),
);

describe('POL-21 every combination of the options with every kind of addressee in every role', () => {
  it.each(Object.entries(KINDS))('%s', (_, kind) => {
    const wrong = CASES.flatMap(({ place, options, destination }) => {
      const wanted = expected(kind, place, options, destination.type === 'create');
      const got = told(
        convert(messageWith(kind.address, place), matches, { ...conversion, options, destination }),
      );
      return isDeepStrictEqual(got, wanted) ? [] : [{ place, options, destination, got, wanted }];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
