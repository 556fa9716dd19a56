import { named } from './finding.ts';
import type { Failure } from './job.ts';

/** A failure in words: what stood at the beginning, what happened, and what is wrong in the end. */
export function asLines({ seed, violations, story, scenario, shrinking }: Failure): string[] {
  const { setting } = scenario;
  return [
    `seed ${seed}, ${told(shrinking)}`,
    ...indented([
      `users: ${setting.users.join(', ')}`,
      `the CRM has ${setting.hasKeyField ? 'a' : 'no'} field for our keys`,
      `policy: ${JSON.stringify(setting.policy)}`,
      `behaviour of the mailboxes: ${particulars(setting.behaviour)}`,
      ...story,
      ...violations.map(violation => `wrong: ${named(violation)}`),
    ]),
  ];
}

function told({ runs, from, to }: Failure['shrinking']): string {
  if (runs === 0) return 'as it is';
  return `made smaller in ${runs} runs: ${from} steps became ${to}`;
}

function indented(texts: readonly string[]): string[] {
  return texts.flatMap(text => text.split('\n')).map(line => `  ${line}`);
}

function particulars(behaviour: Readonly<Record<string, boolean | string>>): string {
  const told = Object.entries(behaviour).flatMap(([name, value]) => {
    if (value === false) return [];
    return value === true ? [name] : [`${name}=${value}`];
  });
  return told.join(', ') || 'as usual';
}
