export type Json = Readonly<Record<string, unknown>>;

/** A contact as Outlook shows it. */
export type OutlookItem = Json & {
  readonly id: string;
  readonly categories: readonly string[];
  readonly parentFolderId: string;
};

/** One field of a person as users see it on both sides. */
interface PersonFieldInHands {
  /** Columns of the CRM; null where it has no place for the field. */
  readonly contact: string | null;
  readonly lead: string | null;
  shown(item: OutlookItem): string | null;
  /** What Outlook saves when its user enters this. */
  entered(value: string | null, item: Json): Json;
}

const FAX = 'String 0x3A24';
/** The product's note of what it made an item from. */
const KEY = 'String {9b2f6a3e-5d0c-4c1a-8f57-2a7d7c1e4b60} Name TandemKey';
/** Without this, Graph answers contacts without what its interface has no name for. */
export const EXPANDED = `$expand=singleValueExtendedProperties($filter=id eq '${FAX}' or id eq '${KEY}')`;

function extended(item: Json, id: string): string | null {
  const properties = (item.singleValueExtendedProperties ?? []) as readonly { id: string; value: string }[];
  return written(properties.find(property => property.id.toLowerCase() === id.toLowerCase())?.value);
}

/** Pairing and record of an item that the product made; null for what a user made. */
export function keyOf(item: Json): string | null {
  return extended(item, KEY);
}

function text(property: string, contact: string | null, lead: string | null): PersonFieldInHands {
  return {
    contact,
    lead,
    shown: item => written(item[property]),
    entered: value => ({ [property]: value }),
  };
}

/** The first number of a list; the others stay. */
function number(property: string, contact: string | null, lead: string | null): PersonFieldInHands {
  const numbers = (item: Json) => (item[property] ?? []) as readonly string[];
  return {
    contact,
    lead,
    shown: item => written(numbers(item)[0]),
    entered: (value, item) => ({
      [property]: [...(value === null ? [] : [value]), ...numbers(item).slice(1)],
    }),
  };
}

function line(property: string, part: string, contact: string, lead: string | null): PersonFieldInHands {
  const address = (item: Json) => (item[property] ?? {}) as Json;
  return {
    contact,
    lead,
    shown: item => written(address(item)[part]),
    entered: (value, item) => ({ [property]: { ...address(item), [part]: value } }),
  };
}

interface Address {
  readonly address: string;
}
export function addressesOf(item: Json): readonly Address[] {
  return (item.emailAddresses ?? []) as readonly Address[];
}

/** Every field has values of its own kind, so that what stands anywhere tells who wrote it. */
export const FIELDS = {
  firstName: text('givenName', 'FirstName', 'FirstName'),
  lastName: text('surname', 'LastName', 'LastName'),
  title: text('jobTitle', 'Title', 'Title'),
  department: text('department', 'Department', null),
  company: text('companyName', null, 'Company'),
  mobilePhone: text('mobilePhone', 'MobilePhone', 'MobilePhone'),
  businessPhone: number('businessPhones', 'Phone', 'Phone'),
  homePhone: number('homePhones', 'HomePhone', null),
  notes: text('personalNotes', 'Description', 'Description'),
  assistant: text('assistantName', 'AssistantName', null),
  website: text('businessHomePage', null, 'Website'),
  businessStreet: line('businessAddress', 'street', 'MailingStreet', 'Street'),
  businessCity: line('businessAddress', 'city', 'MailingCity', 'City'),
  homeStreet: line('homeAddress', 'street', 'OtherStreet', null),
  homeCity: line('homeAddress', 'city', 'OtherCity', null),
  birthday: {
    contact: 'Birthdate',
    lead: null,
    shown: item => written(item.birthday)?.slice(0, 10) ?? null,
    entered: value => ({ birthday: value === null ? null : `${value}T11:59:00Z` }),
  },
  email2: {
    contact: null,
    lead: null,
    shown: item => written(addressesOf(item)[1]?.address),
    entered: (value, item) => {
      const [first, , third] = addressesOf(item);
      const second = value === null ? undefined : { address: value, name: value };
      return { emailAddresses: [first, second, third].filter(one => one !== undefined) };
    },
  },
  fax: {
    contact: 'Fax',
    lead: 'Fax',
    shown: item => extended(item, FAX),
    entered: value => ({ singleValueExtendedProperties: [{ id: FAX, value: value ?? '' }] }),
  },
} as const satisfies Record<string, PersonFieldInHands>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

export type PersonObject = 'Contact' | 'Lead';

export function columnOf(field: FieldName, object: PersonObject): string | null {
  return FIELDS[field][object === 'Contact' ? 'contact' : 'lead'];
}

/** A value that nobody has entered before; `number` tells who it was. */
export function freshValue(field: FieldName, number: number): string {
  if (field === 'birthday') return new Date(Date.UTC(1950, 0, number)).toISOString().slice(0, 10);
  if (field === 'email2') return `t${number}@elsewhere.example`;
  return `t${number}`;
}

export function written(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
