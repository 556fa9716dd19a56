import { describe, expect, it } from 'vitest';
import type { AutomaticRules } from '../../sync/mail/automatic.ts';
import { convert } from '../../sync/mail/convert.ts';
import type { MailMessage } from '../../sync/mail/message.ts';
import { conversionOptions, exclusions } from '../../sync/mail/options.ts';
import {
  archived,
  at,
  choosing,
  conversion,
  into,
  known,
  message,
  nobody,
  nothingCreated,
  OWN,
} from './mail-sample.ts';
import { samplePolicy } from './policy-sample.ts';

describe('what is not archived, and why', () => {
  const code = (parts: Partial<MailMessage>, matches = nobody, destination = conversion.destination) => {
    const plan = convert(message(parts), matches, into(destination, nothingCreated));
    return plan.type === 'none' ? `${plan.isMarked ? 'marked' : 'left'} ${plan.code}` : 'archived';
  };

  it.each<[string, Partial<MailMessage>, string]>([
    ['a draft', { isDraft: true }, 'marked draft'],
    ['rights-protected', { isProtected: true }, 'marked protected'],
    ['private', { sensitivity: 'private' }, 'marked private'],
    ['confidential', { sensitivity: 'confidential' }, 'marked no_match'],
    ['from an excluded address', { from: at('lawyer@firm.example'), to: [at('bob@x.example')] }, 'marked excluded_address'],
    ['on behalf, by an excluded address', { sender: at('x@doctors.example') }, 'marked excluded_address'],
    ['to an excluded address only', { from: at(OWN), to: [at('lawyer@firm.example')] }, 'marked excluded_address'],
    ['to strangers', {}, 'marked no_match'],
    ['to colleagues', { from: at('boss@contoso.com') }, 'marked only_colleagues'],
    ['to machines', { from: at('mailer-daemon@x.example') }, 'marked impersonal_address'],
    ['to nobody', { from: null, to: [] }, 'marked no_address'],
    ['to what is no address', { from: at('x\\\' OR Name = \'') }, 'marked broken_address'],
    ['from a look-alike of a contact', { from: at('bob@fаbrikam.example') }, 'marked broken_address'],
  ])('%s', (_, parts, expected) => expect(code(parts)).toBe(expected)); // biome-ignore format: one case per line

  it('an excluded recipient beside others is left out, also of the text', () => {
    const cc = [at('lawyer@firm.example')];
    const plan = archived(convert(message({ cc }), known, conversion));
    expect(JSON.stringify([plan.participants, plan.copy, plan.unmatched])).not.toContain('lawyer');
    expect(plan.leftOut).toMatchObject([{ code: 'excluded_address' }]);
  });

  it('somebody hidden is not created beside, and no details are told', () => {
    const plan = convert(message(), { ...nobody, hidden: new Set(['bob@fabrikam.example']) }, conversion);
    expect(plan).toMatchObject({ type: 'none', code: 'exists_hidden' });
  });

  it('MAIL-9 tells the addresses that are nobody', () =>
    expect(convert(message(), nobody, choosing(nothingCreated))).toMatchObject({
      unmatched: [{ address: 'bob@fabrikam.example', name: 'Bob Ray', code: 'creation_off' }],
    }));

  const DAY_MS = 86_400_000;
  const rules: AutomaticRules = {
    ...{ occasion: 'inbox', onlyWithCategory: true, category: 'Contoso CRM' },
    ...{ enabledAtMs: 1_700_000_000_000, hadCategoryBefore: false },
  };
  const old = { receivedAtMs: rules.enabledAtMs - DAY_MS, sentAtMs: rules.enabledAtMs - DAY_MS };
  const categorized = { categories: ['contoso CRM'] };
  it.each<[string, Partial<MailMessage>, Partial<AutomaticRules>, string]>([
    ['without the category', {}, {}, 'left not_categorized'],
    ['with it', categorized, {}, 'archived'],
    ['without, where it is not needed', {}, { onlyWithCategory: false }, 'archived'],
    ['an old one', old, { onlyWithCategory: false }, 'left before_enabling'],
    ['an old one, categorized later', { ...old, ...categorized }, {}, 'archived'],
    ['an old one, categorized before', { ...old, ...categorized }, { hadCategoryBefore: true }, 'left before_enabling'],
    ['a new one, categorized by a rule', categorized, { hadCategoryBefore: true }, 'archived'],
    ['one without a time', { receivedAtMs: null }, { onlyWithCategory: false }, 'left before_enabling'],
    ['private', { sensitivity: 'private' }, { onlyWithCategory: false }, 'left private'],
    ['private, with the category', { sensitivity: 'private', ...categorized }, {}, 'marked private'],
    ['protected', { isProtected: true }, { onlyWithCategory: false }, 'left protected'],
    ['of a stranger', { from: at('x@y.example') }, { onlyWithCategory: false }, 'left no_match'],
    ['of a stranger, with the category', { from: at('x@y.example'), ...categorized }, {}, 'marked no_match'],
  ])('POL-23 by itself: %s', (_, parts, changed, expected) =>
    expect(code(parts, known, { type: 'automatic', rules: { ...rules, ...changed } })).toBe(expected),
  ); // biome-ignore format: one case per line

  it('POL-23 Sent Items go by the time of sending', () => {
    const automatic = {
      type: 'automatic',
      rules: { ...rules, occasion: 'sentItems', onlyWithCategory: false },
    } as const;
    expect(code({ receivedAtMs: null }, known, automatic)).toBe('archived');
    expect(code({ sentAtMs: null }, known, automatic)).toBe('left before_enabling');
  });

  it('MAIL-6 what is archived by itself stays, also where dropped messages are purged', () => {
    const automatic = { type: 'automatic', rules: { ...rules, onlyWithCategory: false } } as const;
    expect(archived(convert(message(), known, into(automatic, { deleteAfter: true }))).afterwards).toBe(
      'stay',
    );
  });

  it('POL-21, POL-23 each occasion has its own options, and attachments those of the drop folders', () => {
    const policy = samplePolicy();
    policy.smartConvert.attachments = true;
    policy.smartConvert.deleteAfter = true;
    expect(conversionOptions(policy, 'dropFolder')).toMatchObject({
      attachments: true,
      deleteAfter: true,
      creation: { enabled: true },
    });
    expect(conversionOptions(policy, 'inbox')).toMatchObject({
      attachments: true,
      deleteAfter: false,
      creation: { enabled: false },
    });
  });

  it('POL-27 domains are excluded as people write them', () => {
    const policy = samplePolicy({
      excluded: { addresses: ['Ann@Firm.example'], domains: ['@Größe.example'] },
      smartConvert: { creation: { excludedDomains: ['müller.example'] } },
    });
    expect(exclusions(policy)).toEqual({
      excludedAddresses: new Set(['ann@firm.example']),
      excludedDomains: new Set(['xn--gre-6ka8i.example']),
    });
    expect(conversionOptions(policy, 'dropFolder').creation.excludedDomains).toEqual([
      'xn--mller-kva.example',
    ]);
  });
});
