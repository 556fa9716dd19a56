import { describe, expect, it } from 'vitest';
import { adoptFields, mergeFields } from '../../sync/items/merge.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { now, rules, without } from './people-sample.ts';

/** What the first cycle writes, and what the second sends to the CRM. */
function adopt(mailbox: string | null, crm: string | null, using: ItemRules, editable: boolean) {
  const first = now({ title: mailbox }, { title: crm }, { editable });
  const adoption = adoptFields(first, using);
  const second = { ...first, mailbox: { ...first.mailbox, ...adoption.toMailbox } };
  const bases = { ...adoption.bases, mailbox: { ...adoption.bases.mailbox, ...adoption.toMailbox } };
  return { adoption, second: mergeFields(bases, second, using) };
}

const mailboxWins: ItemRules = { ...rules, conflicts: 'mailbox' };
const toMailbox: ItemRules = { ...mailboxWins, direction: 'to-mailbox' };

describe('PAIR-7 adoption of one field', () => {
  it.each<[string, string | null, string | null, ItemRules, boolean, object, object, readonly string[]]>(
    // biome-ignore format: one case per line
    [
      ['agrees', 'a', 'a', rules, true, {}, {}, []],
      ['a blank is filled', null, 'a', rules, true, { title: 'a' }, {}, []],
      ['a blank is filled, also when the mailbox wins', '', 'a', mailboxWins, true, { title: 'a' }, {}, []],
      ['a blank is filled from a record that may not be edited', null, 'a', rules, false, { title: 'a' }, {}, []],
      ['mailbox-only goes to the CRM in the second cycle', 'a', null, rules, true, {}, { title: 'a' }, []],
      ['mailbox-only stays where the direction forbids', 'a', null, toMailbox, true, {}, {}, []],
      ['mailbox-only stays where the rights forbid', 'a', null, rules, false, {}, {}, []],
      ['different: the CRM wins', 'a', 'b', rules, true, { title: 'b' }, {}, ['mailbox a']],
      ['different: the mailbox wins, in the second cycle', 'a', 'b', mailboxWins, true, {}, { title: 'a' }, ['crm b']],
      ['different: the mailbox may not win', 'a', 'b', toMailbox, true, { title: 'b' }, {}, ['mailbox a']],
      ['different: the user may not edit', 'a', 'b', mailboxWins, false, { title: 'b' }, {}, ['mailbox a']],
    ],
  )('%s', (_name, mailbox, crm, using, editable, toMailboxNow, toCrmLater, losses) => {
    const { adoption, second } = adopt(mailbox, crm, using, editable);
    expect(adoption.toCrm).toEqual({});
    expect(adoption.toMailbox).toEqual(toMailboxNow);
    expect(adoption.losses.map(loss => `${loss.side} ${loss.lost}`)).toEqual(losses);
    expect(second).toEqual({ toMailbox: {}, toCrm: toCrmLater, losses: [] });
  });

  it('POL-19 the later edit wins', () => {
    const side = (mailboxModifiedAtMs: number) =>
      adoptFields(now({ title: 'a' }, { title: 'b' }, { mailboxModifiedAtMs }), {
        ...rules,
        conflicts: 'latest',
      });
    expect(side(2_000).toMailbox).toEqual({});
    expect(side(500).toMailbox).toEqual({ title: 'b' });
  });

  it('CON-2 leaves alone what one side does not tell or cannot hold', () => {
    const adoption = adoptFields(now({ title: 'a', fax: null }, { notes: 'n', fax: '1' }), {
      ...rules,
      mailboxFields: without('fax'),
    });
    expect(adoption).toMatchObject({ toMailbox: {}, toCrm: {}, losses: [] });
  });

  it('POL-12 replaces a website by the view link and keeps it', () => {
    const adoption = adoptFields(
      now({ website: 'https://own.example' }, { website: 'https://crm.example/003' }),
      {
        ...mailboxWins,
        viewLink: true,
      },
    );
    expect(adoption.toMailbox).toEqual({ website: 'https://crm.example/003' });
    expect(adoption.losses).toMatchObject([{ lost: 'https://own.example', reason: 'not_writable' }]);
  });
});
