import { writeFileSync } from 'node:fs';
import { describeOptions, type OptionDescription } from '../sync/policy/describe.ts';

const EFFECTS: Readonly<Record<OptionDescription['effect'], string>> = {
  none: 'none',
  reprocess: 'items are looked at again',
  removal: 'items may leave, through the guard',
  'locked-after-save': 'fixed once saved',
  'locked-after-enabling': 'fixed once enabled',
};

const INTRODUCTION = `# Options of a sync policy

Generated from the schema in \`sync/policy\` by \`npm run docs\`; a test refuses an old state. Pointers are JSON pointers
into the policy, \`*\` stands for each entry of a list. Options without a default are required. The last column says what
changing the option does to items that are synced already (POL-26).

Of these, version 0.1.0 carries out what concerns contacts, leads, appointments, calls and tasks; those of folders and mail
are validated and kept.
`;

/** The catalogue as Markdown, a table for each group of options. */
export function renderPolicyOptions(): string {
  const groups = Map.groupBy(describeOptions(), ({ pointer }) => groupOf(pointer));
  const sections = [...groups].map(([group, options]) => `## ${group}\n\n${table(options)}\n`);
  return [INTRODUCTION, ...sections].join('\n');
}

function groupOf(pointer: string): string {
  const [, first = '', ...rest] = pointer.split('/');
  return rest.length === 0 ? 'The policy itself' : first;
}

function table(options: readonly OptionDescription[]): string {
  const rows = options.map(option => [
    `\`${option.pointer}\``,
    option.help,
    'default' in option ? code(option.default) : 'required',
    allowed(option),
    option.subscription,
    EFFECTS[option.effect],
  ]);
  const head = ['option', 'what it does', 'default', 'values', 'from subscription', 'effect of a change'];
  return [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(escaped).join(' | ')} |`)
    .join('\n');
}

function allowed({ values, minimum, maximum, nullable }: OptionDescription): string {
  const range = minimum === undefined ? [] : [`${minimum} to ${maximum}`];
  const listed = values?.map(code) ?? [];
  const shown = listed.length > 10 ? [`${listed[0]} … ${listed.at(-1)}`] : listed;
  return [...range, ...shown, ...(nullable ? [code(null)] : [])].join(', ');
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.main) {
  writeFileSync(new URL('policy-options.md', import.meta.url), renderPolicyOptions());
}
