import type { Contact, EmailAddress, PhysicalAddress } from '@microsoft/microsoft-graph-types';
import type { Fields, PersonField } from '../../sync/record.ts';
import { requireStorable } from './storable.ts';

interface ExtendedProperty {
  readonly id: string;
  readonly value: string;
}
export type GraphContact = Contact & { readonly '@odata.etag'?: string };

/** Our property set; named properties share it so that a mailbox gets few of them. */
const propertySet = '{9b2f6a3e-5d0c-4c1a-8f57-2a7d7c1e4b60}';
export const keyProperty = `String ${propertySet} Name TandemKey`;
export const stampProperty = `String ${propertySet} Name TandemStamp`;
/** On our folders and messages of mail: what they are to us. */
export const markProperty = `String ${propertySet} Name TandemMark`;

/** Outlook has these, the contact of v1.0 has not: PidTagBusinessFaxNumber and PidTagOtherTelephoneNumber. */
const propertyOfField = { fax: 'String 0x3A24', otherPhone: 'String 0x3A1F' } as const;
export const fieldsOutsideChanges: ReadonlySet<PersonField> = new Set(['fax', 'otherPhone']);
export const contactProperties: readonly string[] = [...Object.values(propertyOfField), keyProperty];

const textProperty = {
  salutation: 'title',
  firstName: 'givenName',
  middleName: 'middleName',
  lastName: 'surname',
  suffix: 'generation',
  title: 'jobTitle',
  department: 'department',
  company: 'companyName',
  mobilePhone: 'mobilePhone',
  assistant: 'assistantName',
  website: 'businessHomePage',
  notes: 'personalNotes',
} as const satisfies { readonly [field in PersonField]?: keyof Contact };

const emailFields = ['email1', 'email2', 'email3'] as const;
const phoneList = { businessPhone: 'businessPhones', homePhone: 'homePhones' } as const;
const addressProperty = { business: 'businessAddress', home: 'homeAddress' } as const;
const addressPart = {
  Street: 'street',
  City: 'city',
  State: 'state',
  PostalCode: 'postalCode',
  Country: 'countryOrRegion',
} as const;

type AddressOwner = keyof typeof addressProperty;
type AddressPart = keyof typeof addressPart;
const addressOwners = Object.keys(addressProperty) as AddressOwner[];
const addressParts = Object.keys(addressPart) as AddressPart[];

/** What is asked of every contact: the mapped properties and what tells the item. */
export const contactSelect = [
  'id',
  'parentFolderId',
  'categories',
  'createdDateTime',
  'lastModifiedDateTime',
  'displayName',
  'birthday',
  'emailAddresses',
  ...Object.values(textProperty),
  ...Object.values(phoneList),
  ...Object.values(addressProperty),
].join(',');

/** Reads the fields that are there; a property that is not on the row says nothing about its field. */
export function fieldsOf(contact: GraphContact): Fields {
  const fields: { [field in PersonField]?: string | null } = {};
  for (const [field, property] of Object.entries(textProperty) as [PersonField, keyof Contact][]) {
    if (property in contact) fields[field] = text(contact[property]);
  }
  for (const [field, property] of Object.entries(phoneList) as [PersonField, keyof Contact][]) {
    if (property in contact) fields[field] = text((contact[property] as string[] | null)?.[0]);
  }
  if ('emailAddresses' in contact) {
    emailFields.forEach((field, index) => {
      fields[field] = text(contact.emailAddresses?.[index]?.address);
    });
  }
  if ('birthday' in contact) fields.birthday = contact.birthday?.slice(0, 10) ?? null;
  Object.assign(fields, addressFieldsOf(contact), extendedFieldsOf(contact));
  return fields;
}

function addressFieldsOf(contact: GraphContact): Fields {
  const fields: { [field in PersonField]?: string | null } = {};
  for (const owner of addressOwners) {
    const address = contact[addressProperty[owner]];
    if (address === undefined) continue;
    for (const part of addressParts) fields[`${owner}${part}`] = text(address?.[addressPart[part]]);
  }
  return fields;
}

/** Absent where the item was read without its extended properties; present without a value is empty. */
function extendedFieldsOf(contact: GraphContact): Fields {
  const properties = contact.singleValueExtendedProperties;
  if (properties === undefined) return {};
  return {
    fax: extendedValue(properties, propertyOfField.fax),
    otherPhone: extendedValue(properties, propertyOfField.otherPhone),
  };
}

export function extendedValue(properties: unknown, id: string): string | null {
  const found = ((properties ?? []) as readonly ExtendedProperty[]).find(
    property => comparable(property.id) === comparable(id),
  );
  return text(found?.value);
}

/** The GUID and the tag of a property id may come back in another case, the tag without leading zeros. */
function comparable(id: string): string {
  return id.toLowerCase().replace(/ 0x0+(?=[0-9a-f])/, ' 0x');
}

/** The fields of which Graph stores one whole: a change of one needs what else is in it. */
export function needsCurrent(fields: Fields): boolean {
  return (
    [...emailFields, ...Object.keys(phoneList)].some(field => field in fields) ||
    addressOwners.some(owner => addressParts.some(part => `${owner}${part}` in fields))
  );
}
export const currentSelect = [
  'emailAddresses',
  ...Object.values(phoneList),
  ...Object.values(addressProperty),
].join(',');

/** The body that sets exactly these fields; `current` supplies the neighbours of lists and addresses. */
export function contactOf(fields: Fields, current: GraphContact): Contact {
  requireStorable(fields);
  const contact: Contact = {};
  for (const [field, property] of Object.entries(textProperty) as [PersonField, 'givenName'][]) {
    if (fields[field] !== undefined) contact[property] = fields[field] as string;
  }
  for (const [field, property] of Object.entries(phoneList) as [PersonField, 'homePhones'][]) {
    if (fields[field] !== undefined) contact[property] = withFirst(current[property] ?? [], fields[field]);
  }
  if (emailFields.some(field => fields[field] !== undefined))
    contact.emailAddresses = emailsOf(fields, current);
  if (fields.birthday !== undefined) contact.birthday = birthdayOf(fields.birthday) as string;
  for (const owner of addressOwners) {
    const address = addressOf(owner, fields, current);
    if (address !== null) contact[addressProperty[owner]] = address;
  }
  const properties = extendedPropertiesOf(fields);
  if (properties.length > 0) contact.singleValueExtendedProperties = properties;
  return contact;
}

/** What Outlook lists the person under; later changes of the name parts renew it in Exchange. */
export function displayNameOf(fields: Fields): string {
  const name = [fields.firstName, fields.lastName].filter(part => part).join(' ');
  return name || fields.company || fields.email1 || '';
}

function extendedPropertiesOf(fields: Fields): ExtendedProperty[] {
  return (['fax', 'otherPhone'] as const).flatMap(field =>
    fields[field] === undefined ? [] : [{ id: propertyOfField[field], value: fields[field] ?? '' }],
  );
}

/** Only the first number of the list is shared; the others are the user's. */
function withFirst(numbers: readonly string[], first: string | null): string[] {
  return first === null ? numbers.slice(1) : [first, ...numbers.slice(1)];
}

/**
 * The list closes up where an address is cleared. An address that stays keeps the name it is shown with, a new one
 * is shown as itself.
 */
function emailsOf(fields: Fields, current: GraphContact): EmailAddress[] {
  const known = current.emailAddresses ?? [];
  return emailFields.flatMap((field, index): EmailAddress[] => {
    const address = fields[field] === undefined ? text(known[index]?.address) : fields[field];
    if (address === null) return [];
    const same = known.find(entry => entry.address?.toLowerCase() === address.toLowerCase());
    return [{ address, name: same?.name ?? address }];
  });
}

/** Outlook keeps the day with a time; noon in UTC is that day in (almost) every zone. */
function birthdayOf(day: string | null): string | null {
  return day === null ? null : `${day}T11:59:00Z`;
}

function addressOf(owner: AddressOwner, fields: Fields, current: GraphContact): PhysicalAddress | null {
  if (!addressParts.some(part => fields[`${owner}${part}`] !== undefined)) return null;
  const known = current[addressProperty[owner]];
  return Object.fromEntries(
    addressParts.map(part => {
      const value = fields[`${owner}${part}`];
      return [addressPart[part], value === undefined ? (known?.[addressPart[part]] ?? null) : value];
    }),
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
