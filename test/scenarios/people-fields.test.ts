import { afterAll, beforeAll, expect, test } from 'vitest';
import { Office } from './office.ts';

const office = new Office();
beforeAll(async () => {
  await office.open();
  // Middle names and suffixes are there when an org's administrator turns them on.
  const fields = ['MiddleName', 'Suffix'].map(name => ({ name, type: 'string', length: 40 }));
  await office.world.salesforce.control('POST', 'schema', { object: 'Contact', fields });
});
afterAll(() => office.close());

const AUTO = { newItems: { autoSync: true } };

/** Every field that both sides hold, as each of them says it; the name stays, so that the person is found. */
const CRM = {
  Salutation: 'Dr.',
  FirstName: 'Vera',
  MiddleName: 'Q',
  Suffix: 'Jr.',
  Title: 'Surveyor',
  Department: 'Field',
  Email: 'vera@fields.example',
  Phone: '+44 20 7946 0001',
  MobilePhone: '+44 20 7946 0002',
  HomePhone: '+44 20 7946 0003',
  OtherPhone: '+44 20 7946 0004',
  Fax: '+44 20 7946 0005',
  MailingStreet: '1 High St\nFlat 2',
  MailingCity: 'York',
  MailingState: 'Yorkshire',
  MailingPostalCode: 'YO1',
  MailingCountry: 'England',
  OtherStreet: '9 Low Rd',
  OtherCity: 'Hull',
  OtherState: 'Humberside',
  OtherPostalCode: 'HU1',
  OtherCountry: 'England',
  Birthdate: '1980-02-29',
  AssistantName: 'Sam Assistant',
  Description: 'first line\nsecond line',
};
const address = (street: string, city: string, state: string, postalCode: string) => ({
  street,
  city,
  state,
  postalCode,
  countryOrRegion: 'England',
});
const OUTLOOK = {
  title: 'Dr.',
  givenName: 'Vera',
  middleName: 'Q',
  generation: 'Jr.',
  jobTitle: 'Surveyor',
  department: 'Field',
  businessPhones: ['+44 20 7946 0001'],
  mobilePhone: '+44 20 7946 0002',
  homePhones: ['+44 20 7946 0003'],
  businessAddress: address('1 High St\nFlat 2', 'York', 'Yorkshire', 'YO1'),
  homeAddress: address('9 Low Rd', 'Hull', 'Humberside', 'HU1'),
  assistantName: 'Sam Assistant',
  personalNotes: 'first line\nsecond line',
};
const FAX = { id: 'String 0x3A24', value: '+44 20 7946 0005' };
const OTHER_PHONE = { id: 'String 0x3A1F', value: '+44 20 7946 0004' };

/** The two systems end lines differently. */
const lines = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('\\r\\n', '\\n')) as T;

test('CON-2: every field of a record shows in Outlook', async () => {
  const ann = await office.hire('Ann');
  await ann.addRecord('Contact', { ...CRM, LastName: 'Downward' });
  await ann.startSync(AUTO);
  const [shown] = (await ann.contacts()).filter(contact => contact.surname === 'Downward');
  expect(lines(shown)).toMatchObject({
    ...OUTLOOK,
    emailAddresses: [{ address: 'vera@fields.example' }],
    fax: FAX.value,
    otherPhone: OTHER_PHONE.value,
  });
  expect(String(shown?.birthday)).toContain('1980-02-29');
  await ann.expectSilence();
});

test('CON-2: every field of an Outlook contact reaches the record, also when it changes later', async () => {
  const ann = await office.seat('Ann', AUTO);
  const { id } = await ann.addContact({
    ...OUTLOOK,
    surname: 'Upward',
    birthday: '1980-02-29T11:59:00Z',
    emailAddresses: [{ address: 'upward@fields.example' }],
    singleValueExtendedProperties: [FAX, OTHER_PHONE],
  });
  await ann.sync();
  const columns = Object.keys(CRM).join(', ');
  const [record] = await ann.recordsNamed('Contact', 'Upward', `Id, ${columns}`);
  expect(lines(record)).toMatchObject({ ...CRM, Email: 'upward@fields.example' });

  await ann.editContact(id, {
    homePhones: ['+44 20 7946 1003'],
    homeAddress: { ...OUTLOOK.homeAddress, city: 'Goole' },
    birthday: '1981-03-01T11:59:00Z',
    singleValueExtendedProperties: [{ ...FAX, value: '+44 20 7946 1005' }],
  });
  await ann.sync();
  expect(
    await ann.record('Contact', String(record?.Id), 'HomePhone, OtherCity, Birthdate, Fax, OtherPhone'),
  ).toEqual({
    HomePhone: '+44 20 7946 1003',
    OtherCity: 'Goole',
    Birthdate: '1981-03-01',
    Fax: '+44 20 7946 1005',
    OtherPhone: OTHER_PHONE.value,
  });
  await ann.expectSilence();
});

test('CON-2: what is cleared on one side is cleared on the other', async () => {
  const ann = await office.hire('Ann');
  const id = await ann.addRecord('Contact', { ...CRM, LastName: 'Clearing' });
  await ann.startSync(AUTO);
  const [shown] = (await ann.contacts()).filter(contact => contact.surname === 'Clearing');
  await ann.editContact(shown?.id ?? '', {
    jobTitle: null,
    mobilePhone: null,
    singleValueExtendedProperties: [{ ...FAX, value: '' }],
  });
  await ann.editRecord('Contact', id, { Description: null, OtherPhone: null, HomePhone: null });
  await ann.sync();
  const cleared = { Title: null, MobilePhone: null, Fax: null };
  expect(await ann.record('Contact', id, 'Title, MobilePhone, Fax')).toEqual(cleared);
  const [now] = (await ann.contacts()).filter(contact => contact.surname === 'Clearing');
  expect(now).toMatchObject({ otherPhone: null, homePhones: [] });
  expect(now?.personalNotes || null).toBeNull();
  await ann.expectSilence();
});

test('CON-2: what the CRM has no place for stays in Outlook', async () => {
  const ann = await office.seat('Ann', AUTO);
  const kept = {
    businessHomePage: 'https://vera.example',
    emailAddresses: [
      { address: 'one@kept.example', name: 'Vera Kept' },
      { address: 'two@kept.example', name: 'Vera, private' },
    ],
    businessPhones: ['+44 20 7946 2001', '+44 20 7946 2002'],
    nickName: 'Vee',
    spouseName: 'Alex',
  };
  await ann.addContact({ givenName: 'Vera', surname: 'Kept', ...kept });
  await ann.sync();
  const [record] = await ann.recordsNamed('Contact', 'Kept', 'Id, Email, Phone');
  expect(record).toMatchObject({ Email: 'one@kept.example', Phone: '+44 20 7946 2001' });

  await ann.editRecord('Contact', String(record?.Id), {
    Email: 'first@kept.example',
    Phone: '+44 20 7946 2101',
    Title: 'Surveyor',
  });
  await ann.sync();
  expect(await ann.contact('Vera Kept')).toMatchObject({
    ...kept,
    jobTitle: 'Surveyor',
    emailAddresses: [{ address: 'first@kept.example' }, kept.emailAddresses[1]],
    businessPhones: ['+44 20 7946 2101', '+44 20 7946 2002'],
  });
  await ann.expectSilence();
});

test('CON-2: text that the CRM cannot hold whole is refused with the field’s name, the rest of the mailbox goes on', async () => {
  const ann = await office.seat('Ann', AUTO);
  const { id } = await ann.addContact({ surname: 'Long', jobTitle: 'x'.repeat(200) });
  await ann.addContact({ surname: 'Short' });
  await ann.sync();
  const item = await ann.item(id);
  expect(item).toMatchObject({ state: 'failing' });
  expect(`${item?.reason} ${item?.fix}`).toContain('title');
  expect(await ann.recordsNamed('Contact', 'Short')).toHaveLength(1);
  await ann.editContact(id, { jobTitle: 'Shortened' });
  await ann.sync();
  expect(await ann.recordsNamed('Contact', 'Long', 'Title')).toMatchObject([{ Title: 'Shortened' }]);
  await ann.expectSilence();
});
