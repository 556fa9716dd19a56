/** The people and companies of the demo: all invented, at domains that nobody can own (RFC 2606). */

export type Colleague = {
  readonly firstName: string;
  readonly lastName: string;
  readonly mail: string;
  /** As the CRM names time zones. */
  readonly timeZone: string;
  /** As Exchange names them. */
  readonly mailboxTimeZone: string;
};

export type Company = {
  readonly name: string;
  readonly domain: string;
  readonly city: string;
  readonly country: string;
  readonly phonePrefix: string;
  /** Who of the colleagues looks after it. */
  readonly owner: Colleague;
};

export type Person = {
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string;
  readonly mail: string;
  readonly phone: string;
  readonly company: Company;
};

export const colleagues: readonly [Colleague, Colleague, Colleague] = [
  colleague('Mira', 'Sandoval', 'Europe/Madrid', 'Romance Standard Time'),
  colleague('Jonas', 'Feldkamp', 'Europe/Berlin', 'W. Europe Standard Time'),
  colleague('Priya', 'Raghunathan', 'America/New_York', 'Eastern Standard Time'),
];

const [mira, jonas, priya] = colleagues;

export const accounts: readonly Company[] = [
  company('Almendra Foods', 'almendra.example', 'Valencia', 'Spain', '+34 96 555 01', mira),
  company('Puerto Alto Logistics', 'puertoalto.example', 'Bilbao', 'Spain', '+34 94 555 02', mira),
  company('Hansewerk Antriebe', 'hansewerk.example', 'Bremen', 'Germany', '+49 421 555 03', jonas),
  company('Lindental Optik', 'lindental.example', 'Jena', 'Germany', '+49 3641 555 04', jonas),
  company('Copper Ridge Software', 'copperridge.example', 'Albany', 'United States', '+1 518 555 01', priya),
  company('Harborlight Clinics', 'harborlight.example', 'Boston', 'United States', '+1 617 555 01', priya),
];

const prospects: readonly Company[] = [
  company('Riera Textil', 'riera.example', 'Girona', 'Spain', '+34 972 555 05', mira),
  company('Nordlicht Verlag', 'nordlicht.example', 'Kiel', 'Germany', '+49 431 555 06', jonas),
  company('Juniper Field Energy', 'juniperfield.example', 'Ithaca', 'United States', '+1 607 555 01', priya),
];

const FIRST_NAMES = [
  ...[
    'Aurelio',
    'Beatriz',
    'Cosima',
    'Dagmar',
    'Emeka',
    'Freya',
    'Gustavo',
    'Hanneke',
    'Ismail',
    'Joséphine',
  ],
  ...['Katarzyna', 'Leandro', 'Małgorzata', 'Naoki', 'Oluwaseun', 'Perrine', 'Quentin', 'Rosalind', 'Søren'],
];
const LAST_NAMES = [
  ...['Abellán', 'Brandvold', 'Castellanos', 'Drechsler', 'Eskildsen', 'Fontaine', 'Grünwald', 'Holloway'],
  ...['Ibarra', 'Jankowski', 'Kettering', 'Lindqvist', 'Montserrat', 'Nakagawa', 'Okonkwo', 'Pellegrini'],
  ...['Quiroga', 'Rautenberg', 'Szymańska', 'Thackeray', 'Uribe', 'Vandermeer', 'Wickham'],
];
const TITLES = [
  ...['Head of Purchasing', 'Plant Manager', 'Chief Financial Officer', 'IT Director', 'Office Manager'],
  ...['Quality Engineer', 'Managing Director', 'Marketing Manager', 'Logistics Planner', 'Product Owner'],
];

const CONTACTS_PER_ACCOUNT = 10;
const LEADS_PER_PROSPECT = 5;

/** Numbers of people run on from contacts to leads, so that no name occurs twice. */
export const contacts = staff(accounts, CONTACTS_PER_ACCOUNT, 0);
export const leads = staff(prospects, LEADS_PER_PROSPECT, contacts.length);

/** One of the contacts of a company, counted from 0. */
export function contactOf(account: Company, place: number): Person {
  return contacts.filter(({ company }) => company === account)[place]!;
}

/** The lists of names have lengths without a common divisor: each pair comes once in 19 × 23 people. */
function staff(companies: readonly Company[], each: number, from: number): Person[] {
  return companies.flatMap((company, row) =>
    Array.from({ length: each }, (_, column) => person(company, column, from + row * each + column)),
  );
}

function person(company: Company, place: number, number: number): Person {
  const firstName = pick(FIRST_NAMES, number);
  const lastName = pick(LAST_NAMES, number);
  return {
    ...{ firstName, lastName, company },
    title: pick(TITLES, place),
    mail: `${plain(firstName)}.${plain(lastName)}@${company.domain}`,
    phone: `${company.phonePrefix}${String(place).padStart(2, '0')}`,
  };
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length]!;
}

/** As it may stand in an address: letters of ASCII alone. */
function plain(name: string): string {
  const letters = name.replaceAll('ł', 'l').replaceAll('ø', 'o').normalize('NFD');
  return letters.toLowerCase().replace(/[^a-z]/g, '');
}

function colleague(
  firstName: string,
  lastName: string,
  timeZone: string,
  mailboxTimeZone: string,
): Colleague {
  const mail = `${plain(firstName)}.${plain(lastName)}@contoso.example`;
  return { firstName, lastName, mail, timeZone, mailboxTimeZone };
}

function company(
  name: string,
  domain: string,
  city: string,
  country: string,
  phonePrefix: string,
  owner: Colleague,
): Company {
  return { name, domain, city, country, phonePrefix, owner };
}
