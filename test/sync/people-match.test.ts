import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, matchKeys, matchPerson } from '../../sync/people/match.ts';
import type { Fields } from '../../sync/record.ts';

/** How a match ended, in one line: by what and whom. */
function outcome(fields: Fields, ...candidates: readonly Fields[]): string {
  const named = candidates.map((candidate, index): Candidate => ({ id: `${index}`, fields: candidate }));
  const result = matchPerson(fields, named);
  if (result.type === 'one') return `${result.by} ${result.candidate.id}`;
  if (result.type === 'ambiguous') return `ambiguous ${result.candidates.map(({ id }) => id).join()}`;
  return result.type;
}

const luis: Fields = { firstName: 'Luís', lastName: 'Gonçalves' };
const email = (address: string, more: Fields = luis): Fields => ({ ...more, email1: address });
const phone = (number: string, more: Fields = luis): Fields => ({ ...more, businessPhone: number });
const company = (name: string, more: Fields = luis): Fields => ({ ...more, company: name });

describe('PAIR-7 who a person is', () => {
  it.each<[string, Fields, readonly Fields[], string]>(
    // biome-ignore format: one case per line
    [
      ['the same address', email('luisg@embraer.com.br'), [email('luisg@embraer.com.br')], 'email 0'],
      ['the address in another case, under another name', email('LuisG@Embraer.com.br '), [email('luisg@embraer.com.br', { lastName: 'G.' })], 'email 0'],
      ['the address in another place', email('luisg@embraer.com.br'), [{ lastName: 'G.', email1: 'l@home.example', email3: 'luisg@embraer.com.br' }], 'email 0'],
      ['two with the address', email('info@embraer.com.br'), [email('info@embraer.com.br'), email('info@embraer.com.br', { lastName: 'Silva' })], 'ambiguous 0,1'],
      ['two of whose addresses each has one', { ...luis, email1: 'a@x.example', email2: 'b@x.example' }, [email('a@x.example'), email('b@x.example')], 'ambiguous 0,1'],
      ['the address is stronger than name and phone of another', { ...phone('+55 12 3923 5555'), email1: 'luisg@embraer.com.br' }, [phone('+55 12 3923 5555'), email('luisg@embraer.com.br')], 'email 1'],
      ['name and phone', phone('+55 (12) 3923-5555'), [phone('+551239235555')], 'phone 0'],
      ['name and phone, one of them the mobile one', phone('+55 (12) 3923-5555'), [{ ...luis, mobilePhone: '+55 12 39235555' }], 'phone 0'],
      ['the phone alone', phone('+55 (12) 3923-5555'), [phone('+55 (12) 3923-5555', { firstName: 'Ana', lastName: 'Gonçalves' })], 'none'],
      ['the fax is no phone', { ...luis, fax: '+55 (12) 3923-5566' }, [phone('+55 (12) 3923-5566')], 'none'],
      ['an extension is no phone', phone('555'), [phone('555')], 'none'],
      ['two with name and phone', phone('+55 (12) 3923-5555'), [phone('+551239235555'), phone('+55 12 3923 5555')], 'ambiguous 0,1'],
      ['name and phone are stronger than the company of another', { ...phone('+551239235555'), company: 'Embraer' }, [company('Embraer'), phone('+551239235555')], 'phone 1'],
      ['name and company', company('Embraer'), [company(' EMBRAER ')], 'company 0'],
      ['two with name and company', company('Embraer'), [company('Embraer'), company('embraer')], 'ambiguous 0,1'],
      ['the name alone', luis, [luis], 'none'],
      ['the company alone', company('Embraer', { lastName: 'Silva' }), [company('Embraer')], 'none'],
      ['a first name is no name', company('Embraer', { firstName: 'Luís' }), [company('Embraer', { firstName: 'Luís' })], 'none'],
      ['name and phone, but other addresses', { ...phone('+551239235555'), email1: 'a@x.example' }, [{ ...phone('+551239235555'), email1: 'b@x.example' }], 'none'],
      ['name and company, but other addresses', { ...company('Embraer'), email1: 'a@x.example' }, [{ ...company('Embraer'), email1: 'b@x.example' }], 'none'],
      ['name and phone, an address on one side only', { ...phone('+551239235555'), email1: 'a@x.example' }, [phone('+551239235555')], 'phone 0'],
      ['of two with name and phone one has another address', { ...phone('+551239235555'), email1: 'a@x.example' }, [{ ...phone('+551239235555'), email1: 'b@x.example' }, phone('+551239235555')], 'phone 1'],
      ['nobody there', luis, [], 'none'],
      ['nothing known', {}, [{}, { lastName: '' }], 'none'],
    ],
  )('%s', (_name, fields, candidates, expected) => expect(outcome(fields, ...candidates)).toBe(expected));

  it.each([
    ['case', 'GONÇALVES', true],
    ['accents, put together or apart', 'Gonçalves'.normalize('NFD'), true],
    ['white space', ' Gonçalves  ', true],
    ['full-width letters', 'Ｇonçalves', true],
    ['no accents', 'Goncalves', false],
  ])('the same name but for %s', (_name, lastName, same) => {
    expect(outcome(company('Embraer'), company('Embraer', { ...luis, lastName }))).toBe(
      same ? 'company 0' : 'none',
    );
  });

  it.each([
    ['+55 (12) 3923-5555', '+551239235555', true],
    ['+49 0711 2842222', '+49 711 2842222', true],
    ['+44 020 7707 0707', '+44 20 7707 0707', true],
    ['+39 06 39733434', '+390639733434', true],
    ['+46 08-651 52 52', '+4686515252', true],
    ['+1 (514) 721-4711 x12', '+1 514 721 4711', true],
    ['tel:+1-514-721-4711', '+15147214711', true],
    ['(0711) 284 22 22', '0711/2842222', true],
    ['+49 711 2842222', '0711 2842222', false],
    ['+1 514 721 4711', '+1 514 721 4712', false],
    ['no phone', 'no phone', false],
  ])('%s and %s are one number: %s', (a, b, same) => {
    expect(outcome(phone(a), phone(b))).toBe(same ? 'phone 0' : 'none');
  });
});

describe('properties of matching', () => {
  const few = (...values: readonly string[]) => fc.constantFrom(null, ...values);
  const person: fc.Arbitrary<Fields> = fc.record(
    {
      firstName: few('Ana', 'ana '),
      lastName: few('Silva', 'Köhler', 'KÖHLER'),
      company: few('Acme', 'ACME'),
      email1: few('a@x.example', 'A@x.example', 'b@x.example'),
      email2: few('b@x.example'),
      businessPhone: few('+49 711 2842222', '+497112842222', '555'),
      mobilePhone: few('+47 22 44 22 22'),
    },
    { requiredKeys: [] },
  );
  const share = (a: Fields, b: Fields) => matchKeys(a).some(key => matchKeys(b).includes(key));

  it('never guesses between two and links only who shares a key', () => {
    fc.assert(
      fc.property(person, fc.array(person, { maxLength: 5 }), (fields, candidates) => {
        const named = candidates.map((candidate, index) => ({ id: `${index}`, fields: candidate }));
        const result = matchPerson(fields, named);
        if (result.type === 'none') return;
        const found = result.type === 'one' ? [result.candidate] : result.candidates;
        for (const candidate of found) expect(share(fields, candidate.fields)).toBe(true);
        if (result.type === 'one') {
          const twin = { ...result.candidate, id: 'twin' };
          expect(matchPerson(fields, [...named, twin]).type).toBe('ambiguous');
        } else expect(found.length).toBeGreaterThan(1);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the candidates', () => {
    const ids = (result: ReturnType<typeof matchPerson>) =>
      result.type === 'one'
        ? [result.candidate.id]
        : result.type === 'ambiguous'
          ? result.candidates.map(({ id }) => id).sort()
          : [];
    fc.assert(
      fc.property(person, fc.array(person, { maxLength: 5 }), (fields, candidates) => {
        const named = candidates.map((candidate, index) => ({ id: `${index}`, fields: candidate }));
        expect(ids(matchPerson(fields, named.toReversed()))).toEqual(ids(matchPerson(fields, named)));
      }),
    );
  });

  it('is mutual between two', () => {
    fc.assert(fc.property(person, person, (a, b) => outcome(a, b) === outcome(b, a)));
  });
});

const corpus = new URL('../../../shared/corpus/crm/chinook-people.json', import.meta.url);
const missing = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the project)';

interface Customer {
  readonly FirstName: string;
  readonly LastName: string;
  readonly Company: string;
  readonly Phone: string;
  readonly Email: string;
}

describe.skipIf(missing !== '')(`59 customers of many countries${missing}`, () => {
  const customers: readonly Customer[] = missing ? [] : JSON.parse(readFileSync(corpus, 'utf8')).Customer;
  const fieldsOf = (customer: Customer): Fields => ({
    firstName: customer.FirstName,
    lastName: customer.LastName,
    company: customer.Company,
    businessPhone: customer.Phone,
    email1: customer.Email,
  });
  const candidates = customers.map((customer, index) => ({ id: `${index}`, fields: fieldsOf(customer) }));

  /** Matched as the one that they are, by this. */
  const found = (fields: Fields, index: number, by: string) =>
    expect(matchPerson(fields, candidates)).toMatchObject({ type: 'one', by, candidate: { id: `${index}` } });

  /** As somebody else types it: letters and their accents apart, in capitals, digits in pairs. */
  const retyped = (text: string) => text.normalize('NFD').toUpperCase();
  const regrouped = (number: string) => `+${number.replace(/\D/g, '').replace(/(\d\d)/g, '$1 ')}`;

  it('are found by their address', () => {
    customers.forEach((customer, index) => {
      found({ lastName: '?', email1: customer.Email.toUpperCase() }, index, 'email');
    });
  });

  it('are found by name and phone, however written', () => {
    customers.forEach((customer, index) => {
      const { firstName, lastName } = fieldsOf(customer);
      if (customer.Phone === '') return;
      found(
        {
          firstName: retyped(firstName!),
          lastName: retyped(lastName!),
          mobilePhone: regrouped(customer.Phone),
        },
        index,
        'phone',
      );
    });
  });

  it('are found by name and company, however written', () => {
    customers.forEach((customer, index) => {
      if (customer.Company === '') return;
      const { FirstName: firstName, LastName: lastName, Company: name } = customer;
      found({ firstName: retyped(firstName), lastName, company: ` ${retyped(name)}` }, index, 'company');
    });
  });

  it('are not found by the name alone', () => {
    for (const { FirstName: firstName, LastName: lastName } of customers)
      expect(matchPerson({ firstName, lastName }, candidates).type).toBe('none');
  });
});
