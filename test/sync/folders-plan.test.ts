import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FolderKind, folderKindOf } from '../../sync/folders/kinds.ts';
import { operationsFor, planFolders } from '../../sync/folders/plan.ts';
import type { TrackedRecord } from '../../sync/folders/tracked.ts';
import { folderKeys, type WantedFolder } from '../../sync/folders/tree.ts';
import type { Policy } from '../../sync/policy/schema.ts';
import { DELETED, INBOX, Mailbox, ROOT } from './folders-mailbox.ts';
import { samplePolicy } from './policy-sample.ts';

const NOW_MS = Date.parse('2026-03-20T10:00:00Z');
const DAY_MS = 86_400_000;

const record = (
  id: string,
  name: string,
  ageDays = 0,
  parts: Partial<TrackedRecord> = {},
): TrackedRecord => ({
  ...{ id, name, number: null, ownerId: 'me', modifiedAtMs: NOW_MS - ageDays * DAY_MS },
  ...parts,
});

function policyWith(assignTo: object = {}): Policy {
  return samplePolicy({
    modules: { opportunities: { enabled: true }, cases: { enabled: true } },
    smartConvert: { enabled: true },
    assignTo: { enabled: true, sort: 'name', ...assignTo },
  });
}

const plan = (
  mailbox: Mailbox,
  policy: Policy,
  records: Partial<Record<FolderKind, TrackedRecord[]>> = {},
  nowMs = NOW_MS,
) =>
  planFolders(new Map(Object.entries(records) as [FolderKind, TrackedRecord[]][]), mailbox.seen(), {
    ...{ policy, ownUserId: 'me', nowMs, rootFolderId: ROOT },
  });

/** The tree as people see it; also proves that nothing is left to do. */
function settled(
  mailbox: Mailbox,
  policy: Policy,
  records: Partial<Record<FolderKind, TrackedRecord[]>> = {},
): string[] {
  mailbox.carryOut(plan(mailbox, policy, records));
  expect(plan(mailbox, policy, records)).toEqual([]);
  return treeOf(mailbox);
}

const treeOf = (mailbox: Mailbox) =>
  [...mailbox.folders.keys()]
    .map(id => mailbox.pathOf(id))
    .filter(path => path.startsWith('/Contoso CRM/'))
    .map(path => path.slice('/Contoso CRM/'.length))
    .sort();

const at = (mailbox: Mailbox, path: string): string => {
  const id = [...mailbox.folders.keys()].find(folder => mailbox.pathOf(folder) === `/Contoso CRM/${path}`);
  if (id === undefined) throw new Error(`no folder ${path}`);
  return id;
};

const deals = { opportunities: [record('1', 'Big deal'), record('2', 'Small deal')] };
const TREE = [
  '- Create New Case',
  '- Create New Email',
  '- Create New Opportunity',
  'Cases',
  'Cases/Assign To',
  'Opportunities',
  'Opportunities/Assign To',
  'Opportunities/Assign To/Big deal',
  'Opportunities/Assign To/Small deal',
];

describe('MAIL-1 the tree of folders', () => {
  it('has what feature and module allow', () => {
    expect(settled(new Mailbox(), policyWith(), deals)).toEqual(TREE);
    expect(settled(new Mailbox(), policyWith({ enabled: false }), deals)).toEqual(
      TREE.filter(path => !path.includes('Assign')),
    );
    expect(settled(new Mailbox(), samplePolicy())).toEqual([]);
  });

  it('POL-24 follows the names of the policy, mail comes along', () => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    mailbox.deliver(at(mailbox, '- Create New Email'), 'waiting');
    const policy = policyWith();
    policy.names.createEmail = 'Archive';
    policy.names.assignTo = '- Create New Email';
    expect(settled(mailbox, policy, deals)).toContain('Opportunities/- Create New Email/Big deal');
    expect(mailbox.mail.get(at(mailbox, 'Archive'))).toEqual(['waiting']);
  });

  it('names that change places', () => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    const policy = policyWith();
    policy.names.cases = 'Opportunities';
    policy.names.opportunities = 'Cases';
    expect(settled(mailbox, policy, deals)).toContain('Cases/Assign To/Big deal');
  });

  it('POL-9 custom objects have folders of their own', () => {
    const custom = [{ object: 'Project__c', label: 'Projects' }];
    const key = folderKindOf({ module: 'custom', object: 'Project__c' });
    const policy = samplePolicy({
      modules: { custom },
      smartConvert: { enabled: true },
      assignTo: { enabled: true },
    });
    expect(settled(new Mailbox(), policy, { [key]: [record('1', 'Bridge')] })).toEqual([
      ...['- Create New Email', '- Create New Projects', 'Projects', 'Projects/Assign To'],
      'Projects/Assign To/01 Bridge',
    ]);
  });
});

describe('MAIL-1 what users do to folders is repaired', () => {
  it.each<[string, (mailbox: Mailbox) => void]>([
    ['renamed', mailbox => mailbox.rename(at(mailbox, 'Opportunities'), 'Mine')],
    ['moved', mailbox => mailbox.move(at(mailbox, 'Opportunities/Assign To'), INBOX)],
    ['moved into another one', mailbox => mailbox.move(at(mailbox, 'Opportunities'), at(mailbox, 'Cases/Assign To'))],
    ['deleted', mailbox => mailbox.move(at(mailbox, 'Opportunities'), DELETED)],
    ['deleted, and one of the same name made', mailbox => {
      mailbox.move(at(mailbox, '- Create New Email'), DELETED);
      mailbox.create(ROOT, '- create new EMAIL');
    }],
    ['names exchanged', mailbox => {
      mailbox.rename(at(mailbox, 'Opportunities/Assign To/Big deal'), 'x');
      mailbox.rename(at(mailbox, 'Opportunities/Assign To/Small deal'), 'Big deal');
      mailbox.rename(at(mailbox, 'Opportunities/Assign To/x'), 'Small deal');
    }],
    ['in each other', mailbox => {
      mailbox.move(at(mailbox, 'Opportunities/Assign To'), at(mailbox, 'Cases'.concat('/Assign To')));
      mailbox.move(at(mailbox, 'Opportunities'), at(mailbox, 'Cases'));
    }],
  ])('%s', (_, mischief) => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    const deal = at(mailbox, 'Opportunities/Assign To/Big deal');
    mailbox.deliver(deal, 'dropped');
    mischief(mailbox);
    expect(settled(mailbox, policyWith(), deals).filter(path => !/\(2\)/.test(path))).toEqual(TREE);
    expect(mailbox.mail.get(deal)).toEqual(['dropped']);
  }); // biome-ignore format: one case per line

  it('what was purged is made again', () => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    mailbox.carryOut([{ op: 'delete', folder: { type: 'existing', id: at(mailbox, 'Opportunities') } }]);
    expect(settled(mailbox, policyWith(), deals)).toEqual(TREE);
  });

  it('POL-9 clearing a module: its folders go, mail in them and in what users made there goes to the Inbox first', () => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    mailbox.deliver(at(mailbox, 'Opportunities'), 'a');
    mailbox.deliver(at(mailbox, 'Opportunities/Assign To/Big deal'), 'b');
    mailbox.deliver(mailbox.create(at(mailbox, 'Opportunities/Assign To/Big deal'), 'My own'), 'c');
    mailbox.move(at(mailbox, 'Cases'), at(mailbox, 'Opportunities/Assign To'));
    const policy = policyWith();
    policy.modules.opportunities.enabled = false;
    expect(settled(mailbox, policy, deals)).toEqual([
      ...['- Create New Case', '- Create New Email', 'Cases', 'Cases/Assign To'],
    ]);
    expect(mailbox.mail.get(INBOX)?.sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('MAIL-5 folders of records', () => {
  const assigned = (mailbox: Mailbox, policy: Policy, records: TrackedRecord[]) =>
    settled(mailbox, policy, { cases: records }).flatMap(
      path => /^Cases\/Assign To\/(.*)$/.exec(path)?.[1] ?? [],
    );

  it('150 open cases, at most 30 folders: the newest', () => {
    const cases = Array.from({ length: 150 }, (_, n) => record(`500${n}`, `Case ${n}`, n / 10));
    const names = assigned(new Mailbox(), policyWith(), cases);
    expect(names).toHaveLength(30);
    expect(names).toEqual(Array.from({ length: 30 }, (_, n) => `Case ${n}`).sort());
  });

  it('an age that passes takes the folder, saving brings it again; mail goes to the Inbox', () => {
    const mailbox = new Mailbox();
    const policy = policyWith();
    expect(assigned(mailbox, policy, [record('1', 'Old', 30), record('2', 'New')])).toEqual(['New', 'Old']);
    mailbox.deliver(at(mailbox, 'Cases/Assign To/Old'), 'left');
    expect(assigned(mailbox, policy, [record('1', 'Old', 30.01), record('2', 'New')])).toEqual(['New']);
    expect(mailbox.mail.get(INBOX)).toEqual(['left']);
    expect(assigned(mailbox, policy, [record('1', 'Old', 0), record('2', 'New')])).toEqual(['New', 'Old']);
  });

  it('POL-10 of others only where the filter lets the user see them', () => {
    const records = [record('1', 'Mine'), record('2', 'Theirs', 0, { ownerId: 'you' })];
    expect(assigned(new Mailbox(), policyWith(), records)).toEqual(['Mine']);
    const policy = policyWith();
    policy.modules.cases.filter = 'visible';
    expect(assigned(new Mailbox(), policy, records)).toEqual(['Mine', 'Theirs']);
  });

  it('POL-22 by date: a number before the name, renewed when a record is saved', () => {
    const mailbox = new Mailbox();
    const policy = policyWith({ sort: 'modified' });
    const same = [record('1', 'Deal', 1), record('2', 'Deal', 2), record('3', 'Other', 3)];
    expect(assigned(mailbox, policy, same)).toEqual(['01 Deal', '02 Deal', '03 Other']);
    mailbox.deliver(at(mailbox, 'Cases/Assign To/02 Deal'), 'for 2');
    same[1] = record('2', 'Deal');
    expect(assigned(mailbox, policy, same)).toEqual(['01 Deal', '02 Deal', '03 Other']);
    expect(mailbox.mail.get(at(mailbox, 'Cases/Assign To/01 Deal'))).toEqual(['for 2']);
  });

  it('what a folder is for is known by its key', () => {
    const mailbox = new Mailbox();
    settled(mailbox, policyWith(), deals);
    expect(mailbox.folders.get(at(mailbox, 'Opportunities/Assign To/Big deal'))?.key).toBe(
      folderKeys.record('opportunities', '1'),
    );
    expect(mailbox.folders.get(at(mailbox, '- Create New Case'))?.key).toBe(folderKeys.create('cases'));
  });

  it('by name nothing is renamed when another record is saved', () => {
    const mailbox = new Mailbox();
    const records = [record('1', 'Deal', 1), record('2', 'deal', 2), record('3', 'Deal (2)', 3)];
    expect(assigned(mailbox, policyWith(), records)).toEqual(['Deal', 'Deal (2) (2)', 'deal (2)']);
    records[1] = record('2', 'deal');
    expect(plan(mailbox, policyWith(), { cases: records })).toEqual([]);
  });

  it.each([
    ['A/B\\C', 'A-B-C'],
    ['', '(no name)'],
    [' . ', '(no name)'],
    ['a\r\nb\0', 'a b'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['x'.repeat(5000), 'x'.repeat(255)],
    ['😀'.repeat(200), '😀'.repeat(127)],
  ])('%.20j is the folder %.20j', (name, folder) =>
    expect(assigned(new Mailbox(), policyWith(), [record('1', name)])).toEqual([folder]),
  );

  it('a case has its number first', () =>
    expect(assigned(new Mailbox(), policyWith(), [record('1', 'Broken', 0, { number: '00001026' })])).toEqual(
      ['00001026 Broken'],
    ));
});

describe('whatever users did to the folders', () => {
  const NAMES = ['A', 'a', 'B', 'C', 'D (2)', 'Inbox'];
  const wantedTree = fc
    .uniqueArray(
      fc.record({ key: fc.constantFrom(...'abcdefgh'), under: fc.nat(8), name: fc.constantFrom(...NAMES) }),
      {
        ...{ maxLength: 7, selector: ({ key }) => key },
      },
    )
    .map(folders => {
      const tree = folders.map(({ key, under, name }, n): WantedFolder => {
        const parentKey = under >= n ? null : (folders[under]?.key ?? null);
        return { key, parentKey, name };
      });
      const place = ({ parentKey, name }: WantedFolder) => `${parentKey}/${name.toLowerCase()}`;
      const firsts = new Map(
        tree.map(folder => [place(folder), folder]).reverse() as [string, WantedFolder][],
      );
      return tree.filter(folder => firsts.get(place(folder)) === folder);
    })
    .filter(tree =>
      tree.every(({ parentKey }) => parentKey === null || tree.some(({ key }) => key === parentKey)),
    );
  const act = fc.record({
    what: fc.constantFrom('rename', 'move', 'delete', 'create', 'deliver'),
    ...{ folder: fc.nat(20), to: fc.nat(20), name: fc.constantFrom(...NAMES) },
  });
  type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

  function mischief(mailbox: Mailbox, { what, folder, to, name }: Act, n: number): void {
    const own = mailbox.seen().map(({ id }) => id);
    const id = own[folder % own.length];
    const other = [ROOT, INBOX, ...own][to % (own.length + 2)] ?? ROOT;
    if (what === 'create') mailbox.create(other, name);
    if (id === undefined) return;
    if (what === 'rename') mailbox.rename(id, name);
    if (what === 'move') mailbox.move(id, other);
    if (what === 'delete') mailbox.move(id, DELETED);
    if (what === 'deliver') mailbox.deliver(id, `mail ${n}`);
  }

  it('one plan repairs all, within what Exchange allows, and no mail is lost', () => {
    fc.assert(
      fc.property(wantedTree, wantedTree, fc.array(act, { maxLength: 15 }), (before, after, acts) => {
        const mailbox = new Mailbox();
        mailbox.carryOut(operationsFor(before, mailbox.seen(), ROOT));
        acts.forEach((one, n) => {
          try {
            mischief(mailbox, one, n);
          } catch {
            // Exchange refused it: the user did something else.
          }
        });
        const mailBefore = [...mailbox.mail.values()].flat().sort();
        mailbox.carryOut(operationsFor(after, mailbox.seen(), ROOT));
        expect(operationsFor(after, mailbox.seen(), ROOT)).toEqual([]);
        expect([...mailbox.mail.values()].flat().sort()).toEqual(mailBefore);
        for (const [id, subjects] of mailbox.mail)
          if (subjects.length > 0) expect(mailbox.folders.get(id)?.parentId).not.toBe('gone');
        const pathOf = (folder: WantedFolder | undefined): string =>
          folder
            ? `${pathOf(after.find(({ key }) => key === folder.parentKey))}/${folder.name}`
            : '/Contoso CRM';
        const found = new Map(mailbox.seen().map(({ id, key }) => [`${key} ${mailbox.pathOf(id)}`, id]));
        for (const folder of after) expect(found.has(`${folder.key} ${pathOf(folder)}`)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
