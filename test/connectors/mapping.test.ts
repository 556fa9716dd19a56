import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactOf, fieldsOf, type GraphContact, needsCurrent } from '../../connectors/graph/mapping.ts';
import { literal, path, query } from '../../connectors/graph/odata.ts';
import * as salesforce from '../../connectors/salesforce/mapping.ts';
import type { ObjectShape, PersonKind } from '../../connectors/salesforce/shape.ts';
import { pattern, text } from '../../connectors/salesforce/soql.ts';
import { type Fields, PERSON_FIELDS, type PersonField } from '../../sync/record.ts';

const value = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter(s => !s.includes('\0'));
const birthday = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10));
const anyFields = fc.record(
  Object.fromEntries(
    PERSON_FIELDS.map(field => [field, fc.option(field === 'birthday' ? birthday : value, { nil: null })]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<Fields>;

/** The list of addresses closes up, as in Outlook. */
function closedUp(fields: Fields): Fields {
  const addresses = [fields.email1, fields.email2, fields.email3].filter(address => address != null);
  const [email1 = null, email2 = null, email3 = null] = addresses;
  return { ...fields, email1, email2, email3 };
}

describe('Graph contacts', () => {
  it('CON-2 reads back what was written to a new item', () => {
    fc.assert(
      fc.property(anyFields, fields => {
        const read = fieldsOf(contactOf(fields, {}) as GraphContact);
        const addressed = ['email1', 'email2', 'email3'].some(field => field in fields);
        expect(read).toMatchObject(addressed ? closedUp(fields) : fields);
      }),
    );
  });

  it('writes the given fields only: unknown stays untouched', () => {
    fc.assert(
      fc.property(anyFields, anyFields, (before, change) => {
        const stored = contactOf(before, {}) as GraphContact;
        const after = fieldsOf({ ...stored, ...withAllProperties(stored, contactOf(change, stored)) });
        for (const field of PERSON_FIELDS.filter(name => !name.startsWith('email'))) {
          const expected = change[field] === undefined ? before[field] : change[field];
          expect(after[field] ?? null).toBe(expected ?? null);
        }
      }),
    );
  });

  it('keeps the further numbers of a list and the names of addresses', () => {
    const current: GraphContact = {
      businessPhones: ['1', '2', '3'],
      emailAddresses: [{ address: 'Ann@Example.com', name: 'Ann B.' }, { address: 'old@example.com' }],
    };
    const change = { businessPhone: '9', email2: 'new@example.com' };
    expect(contactOf(change, current)).toMatchObject({
      businessPhones: ['9', '2', '3'],
      emailAddresses: [
        { address: 'Ann@Example.com', name: 'Ann B.' },
        { address: 'new@example.com', name: 'new@example.com' },
      ],
    });
    expect(needsCurrent(change)).toBe(true);
    expect(needsCurrent({ lastName: 'A', fax: '1' })).toBe(false);
  });

  it('takes a property that is not on a row for unknown, not for empty', () => {
    expect(fieldsOf({ surname: 'A' })).toEqual({ lastName: 'A' });
  });

  it.each(['nul\0', '\ud800 alone', 'alone \udc00'])('refuses %j by the name of its field', broken => {
    expect(() => contactOf({ notes: broken }, {})).toThrow(expect.objectContaining({ fields: ['notes'] }));
  });
});

function withAllProperties(stored: GraphContact, change: GraphContact): GraphContact {
  const kept = (stored.singleValueExtendedProperties ?? []).filter(
    ({ id }) => !(change.singleValueExtendedProperties ?? []).some(other => other.id === id),
  );
  return {
    ...change,
    singleValueExtendedProperties: [...kept, ...(change.singleValueExtendedProperties ?? [])],
  };
}

describe('Salesforce records', () => {
  const columns = [
    'Salutation FirstName MiddleName LastName Suffix Title Department Company Email Phone MobilePhone HomePhone',
    'OtherPhone Fax MailingStreet MailingCity MailingState MailingPostalCode MailingCountry OtherStreet OtherCity',
    'OtherState OtherPostalCode OtherCountry Street City State PostalCode Country Birthdate AssistantName Website',
    'Description',
  ];
  const shape: ObjectShape = {
    columns: new Map(columns.flatMap(line => line.split(' ')).map(name => [name, { maxLength: 200 }])),
    keyColumn: null,
  };

  it.each(['contact', 'lead'] as const)('CON-2 reads back every field of a %s that the CRM has', kind => {
    const held = salesforce.fieldsIn(kind, shape);
    fc.assert(
      fc.property(anyFields, fields => {
        const read = salesforce.fieldsOf(kind, salesforce.recordOf(kind, fields, shape));
        for (const field of held) {
          if (field === 'company' && kind === 'contact') continue;
          expect(read[field]).toBe(fields[field]);
        }
        expect(Object.keys(read).filter(field => !held.has(field as PersonField))).toEqual([]);
      }),
    );
  });

  it('CON-1 never writes the company of a contact, and knows none without an account', () => {
    expect(salesforce.recordOf('contact', { company: 'Contoso' }, shape)).toEqual({});
    expect(salesforce.fieldsOf('contact', { AccountId: null })).toEqual({ company: null });
    expect(salesforce.fieldsOf('contact', { AccountId: '001', Account: null })).toEqual({});
  });

  const account = { Name: 'Contoso', BillingStreet: 'Main 1', BillingCity: 'Bonn', BillingCountry: null };
  const mailing = { MailingStreet: null, MailingCity: null, MailingState: null, MailingCountry: null };

  it('CON-1 shows the address of the account where the contact has none', () => {
    const row = { AccountId: '001', ...mailing, Account: account };
    expect(salesforce.fieldsOf('contact', row)).toMatchObject({
      company: 'Contoso',
      businessStreet: 'Main 1',
      businessCity: 'Bonn',
      businessCountry: null,
    });
    const own = { ...row, MailingCity: 'Cologne' };
    expect(salesforce.fieldsOf('contact', own)).toMatchObject({
      businessStreet: null,
      businessCity: 'Cologne',
    });
  });

  it('CON-1 takes the rest of the shown address along when a part of it is changed', () => {
    const row = { AccountId: '001', ...mailing, Account: account };
    expect(salesforce.withAdoptedAddress({ businessCity: 'Cologne' }, row)).toMatchObject({
      businessStreet: 'Main 1',
      businessCity: 'Cologne',
    });
    const own = { ...row, MailingStreet: 'Own 2' };
    expect(salesforce.withAdoptedAddress({ businessCity: 'Cologne' }, own)).toEqual({
      businessCity: 'Cologne',
    });
  });

  it('names field and both lengths of a value that is too long', () => {
    const long = { notes: 'x'.repeat(201) };
    expect(() => salesforce.recordOf('lead' satisfies PersonKind, long, shape)).toThrow(
      /notes has 201 .* takes 200/,
    );
  });
});

describe('values in queries', () => {
  it('a SOQL literal ends where the value ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', "'", '\\', '\n', '\r', '%', '_', ' ') }), raw => {
        for (const written of [text(raw), pattern('%', raw, '/%')]) {
          expect(written).toMatch(/^'(?:[^'\\\n\r]|\\.)*'$/s);
        }
        const read = text(raw)
          .slice(1, -1)
          .replace(/\\(.)/gs, (_, c) => ({ n: '\n', r: '\r' })[c as 'n'] ?? c);
        expect(read).toBe(raw);
      }),
    );
  });

  it('the known attack stays a value', () => {
    expect(text("x\\' OR Email != null OR Name = '")).toBe("'x\\\\\\' OR Email != null OR Name = \\''");
  });

  it.each(['', '.', '..', 'lone \ud800'])('%j is no segment of a path', segment => {
    expect(() => path('users', segment, 'contacts')).toThrow(expect.objectContaining({ kind: 'validation' }));
  });

  it('an OData literal survives its way through a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3 }), raw => {
        const url = new URL(
          `https://graph.example${path('users', raw)}${query({ $filter: `mail eq ${literal(raw)}` })}`,
        );
        expect(url.searchParams.get('$filter')).toBe(`mail eq '${raw.replaceAll("'", "''")}'`);
        expect([...url.searchParams.keys()]).toEqual(['$filter']);
        expect(url.hash).toBe('');
      }),
    );
  });
});
