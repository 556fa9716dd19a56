import { invalidRequest } from '../protocol/errors.ts';

type Fields = Record<string, unknown>;

interface EmailAddress {
  name: string | null;
  address: string | null;
}

const EMPTY_ADDRESS = {};

/** A contact as it is before anything was written to it. */
const BLANK: Fields = {
  categories: [],
  birthday: null,
  fileAs: '',
  displayName: '',
  givenName: null,
  initials: null,
  middleName: null,
  nickName: null,
  surname: null,
  title: null,
  yomiGivenName: null,
  yomiSurname: null,
  yomiCompanyName: null,
  generation: null,
  imAddresses: [],
  jobTitle: null,
  companyName: null,
  department: null,
  officeLocation: null,
  profession: null,
  businessHomePage: null,
  assistantName: null,
  manager: null,
  homePhones: [],
  mobilePhone: null,
  businessPhones: [],
  spouseName: null,
  personalNotes: '',
  children: [],
  primaryEmailAddress: null,
  secondaryEmailAddress: null,
  tertiaryEmailAddress: null,
  emailAddresses: [],
  homeAddress: EMPTY_ADDRESS,
  businessAddress: EMPTY_ADDRESS,
  otherAddress: EMPTY_ADDRESS,
};

const EMAIL_SLOTS = ['primaryEmailAddress', 'secondaryEmailAddress', 'tertiaryEmailAddress'] as const;
const NAME_PARTS = ['givenName', 'middleName', 'surname', 'generation'] as const;

/** The fields of a contact after a write (absent ones keep their value, addresses are merged by member). */
export function writtenContactFields(body: Fields, current: Fields = BLANK): Fields {
  const written: Fields = { ...current };
  for (const name in body) {
    if (!(name in BLANK) || EMAIL_SLOTS.some(slot => slot === name) || name === 'emailAddresses') continue;
    written[name] = writtenValue(name, body[name], current[name]);
  }
  writeEmailAddresses(body, written);
  writeNames(body, current, written);
  return written;
}

function writtenValue(name: string, value: unknown, current: unknown): unknown {
  if (name === 'birthday' && typeof value === 'string')
    return new Date(value).toISOString().replace('.000', '');
  if (!name.endsWith('Address')) return value;
  if (value === null) return EMPTY_ADDRESS;
  const merged = { ...(current as Fields), ...(value as Fields) };
  return Object.fromEntries(Object.entries(merged).filter(([, part]) => part !== null && part !== ''));
}

function writeEmailAddresses(body: Fields, written: Fields): void {
  const list = body.emailAddresses as (Partial<EmailAddress> | null)[] | undefined;
  const slots = EMAIL_SLOTS.filter(slot => slot in body);
  if (!list && slots.length === 0) return;
  if (list && list.length > EMAIL_SLOTS.length) {
    throw invalidRequest(`A contact can have at most ${EMAIL_SLOTS.length} email addresses.`);
  }
  if (list) {
    for (const [index, slot] of EMAIL_SLOTS.entries()) written[slot] = emailAddress(list[index]);
  }
  for (const slot of slots) written[slot] = emailAddress(body[slot] as Partial<EmailAddress> | null);
  written.emailAddresses = EMAIL_SLOTS.map(slot => written[slot]).filter(address => address !== null);
}

function emailAddress(given: Partial<EmailAddress> | null | undefined): EmailAddress | null {
  if (!given || (!given.address && !given.name)) return null;
  return { name: given.name ?? given.address ?? null, address: given.address ?? null };
}

/** Exchange makes the display name from the name parts whenever they are written without it. */
function writeNames(body: Fields, current: Fields, written: Fields): void {
  const nameChanged = NAME_PARTS.some(part => part in body && body[part] !== current[part]);
  if (!('displayName' in body) && (nameChanged || current === BLANK)) written.displayName = fullName(written);
  const fileAsFollows = current === BLANK || current.fileAs === filedName(current);
  if (!('fileAs' in body) && fileAsFollows) written.fileAs = filedName(written);
}

function fullName(fields: Fields): string {
  const name = NAME_PARTS.map(part => fields[part])
    .filter(Boolean)
    .join(' ');
  return name || String(fields.companyName ?? '');
}

function filedName(fields: Fields): string {
  const first = [fields.givenName, fields.middleName].filter(Boolean).join(' ');
  const name = [fields.surname, first].filter(Boolean).join(', ');
  return name || String(fields.displayName || fields.companyName || '');
}
