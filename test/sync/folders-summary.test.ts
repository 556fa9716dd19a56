import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSummaries } from '../../sync/folders/summaries.ts';
import { type RecordFacts, type Summary, summaryOf } from '../../sync/folders/summary.ts';

const facts: RecordFacts = {
  ...{
    kind: 'Opportunity',
    number: null,
    name: 'Big deal',
    account: 'Fabrikam',
    contact: 'Bob Ray',
    owner: 'Ann Lee',
  },
  ...{ amount: { value: 12_500.5, currency: 'EUR' }, stage: 'Prospecting', closeDay: '2026-04-01' },
  ...{ createdDay: '2026-03-01', lastActivityDay: null },
  viewUrl: 'https://crm.example/lightning/r/Opportunity/006/view',
  editUrl: 'https://crm.example/lightning/r/Opportunity/006/edit',
};
const cells = (html: string) => [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell);

describe('MAIL-8 summaries of records', () => {
  it('tell what people want to know, and nothing that the CRM does not say', () => {
    const { subject, html } = summaryOf(facts);
    expect(subject).toBe('Big deal');
    expect(cells(html)).toEqual([
      ...['Account', 'Fabrikam', 'Contact', 'Bob Ray', 'Amount', '€12,500.50', 'Stage', 'Prospecting'],
      ...['Owner', 'Ann Lee', 'Close date', 'Apr 1, 2026', 'Created', 'Mar 1, 2026'],
    ]);
  });

  it('have View and Edit links that open the record, and nothing else that is asked for', () => {
    const { html } = summaryOf(facts);
    expect(
      [...html.matchAll(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/g)].map(([, to, label]) => [label, to]),
    ).toEqual([
      ['View', facts.viewUrl],
      ['Edit', facts.editUrl],
    ]);
    expect(html).not.toMatch(/src=|url\(|<link|<script|<img/);
    expect(html.length).toBeLessThan(4_000);
  });

  it('speak the language of the mailbox', () =>
    expect(cells(summaryOf(facts, 'de').html)).toContain('12.500,50 €'));

  it.each<[string, Partial<RecordFacts>, string]>([
    ['a case has its number', { number: '00001026', name: 'Broken' }, '00001026 Broken'],
    ['no name', { name: ' ' }, '(no name)'],
    ['a name with a header in it', { name: 'Deal\r\nBcc: eve@evil.example' }, 'Deal Bcc: eve@evil.example'],
    ['a long name', { name: 'x'.repeat(1000) }, 'x'.repeat(255)],
  ])('%s', (_, changed, subject) => expect(summaryOf({ ...facts, ...changed }).subject).toBe(subject));

  it.each<[string, Partial<RecordFacts>, string]>([
    ['a currency that is none', { amount: { value: 5, currency: '<b>' } }, '5'],
    ['no currency', { amount: { value: 1000, currency: null } }, '1,000'],
    ['a day that is none', { closeDay: 'soon' }, 'soon'],
    ['markup', { stage: '<script>alert("1")</script> & more' }, '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more'],
  ])('%s', (_, changed, cell) => expect(cells(summaryOf({ ...facts, ...changed }).html)).toContain(cell)); // biome-ignore format: one case per line

  it('a program is no link', () =>
    expect(summaryOf({ ...facts, viewUrl: 'javascript:alert(1)', editUrl: '"><b>' }).html).not.toContain(
      '<a ',
    ));

  it('the hash changes with every fact and with nothing else', () => {
    const { contentHash } = summaryOf(facts);
    const reversed = Object.fromEntries(Object.entries(facts).reverse()) as unknown as RecordFacts;
    expect(summaryOf(reversed).contentHash).toBe(contentHash);
    for (const key of Object.keys(facts))
      expect(summaryOf({ ...facts, [key]: key === 'amount' ? null : 'other' }).contentHash, key).not.toBe(
        contentHash,
      );
  });

  it('no value breaks out of its place', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, (name, stage, viewUrl) => {
        const tags = (html: string) => html.match(/<[^>]*>/g)?.filter(tag => !tag.startsWith('<a ')).length;
        const { html } = summaryOf({
          ...facts,
          name: `x${name}`,
          stage: `x${stage}`,
          viewUrl: `https://x/${viewUrl}`,
        });
        expect(tags(html)).toBe(tags(summaryOf(facts).html));
      }),
    );
  });
});

describe('MAIL-8 one message per open record', () => {
  const shown = (id: string, { contentHash }: Summary, messageId = `m${id}`) => ({
    messageId,
    recordId: id,
    contentHash,
  });
  const summary = summaryOf(facts);
  const changed = summaryOf({ ...facts, stage: 'Won' });

  it.each([
    ['a new record', { 1: summary }, [], ['create 1']],
    ['nothing new', { 1: summary }, [shown('1', summary)], []],
    ['new content', { 1: changed }, [shown('1', summary)], ['replace 1 m1']],
    ['a record that closed or left', {}, [shown('1', summary)], ['delete m1']],
    ['two for one', { 1: summary }, [shown('1', summary), shown('1', summary, 'm2')], ['delete m2']],
    ['an old one beside the new one', { 1: changed }, [shown('1', summary), shown('1', changed, 'm2')], ['delete m1']],
    ['all at once', { 1: summary, 2: changed }, [shown('2', summary), shown('3', summary)], ['create 1', 'replace 2 m2', 'delete m3']],
  ])('%s', (_, open, existing, expected) =>
    expect(
      planSummaries(new Map(Object.entries(open)), existing).map(operation =>
        [operation.op, 'recordId' in operation && operation.recordId, 'messageId' in operation && operation.messageId]
          .filter(Boolean)
          .join(' '),
      ),
    ).toEqual(expected),
  ); // biome-ignore format: one case per line
});
