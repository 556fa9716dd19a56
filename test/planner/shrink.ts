import type { Scenario } from './scenario.ts';
import { play } from './story.ts';

const MOST_TRIES = 2_000;

/** The shortest story found that still breaks the same invariant. */
export async function shrink(scenario: Scenario): Promise<Scenario> {
  const broken = (await play(scenario, () => {})).violation?.invariant;
  let best = scenario;
  let tries = 0;
  for (let shorter = true; shorter && tries < MOST_TRIES; ) {
    shorter = false;
    for (const candidate of simpler(best)) {
      tries += 1;
      const { violation } = await play(candidate, () => {});
      if (violation?.invariant !== broken) continue;
      best = candidate;
      shorter = true;
      break;
    }
  }
  return best;
}

function* simpler(scenario: Scenario): Generator<Scenario> {
  const { days, things } = scenario;
  for (const index of days.keys()) yield { ...scenario, days: days.toSpliced(index, 1) };
  for (const [index, day] of days.entries()) {
    for (const part of ['before', 'meanwhile'] as const)
      for (const deed of day[part].keys())
        yield { ...scenario, days: days.with(index, { ...day, [part]: day[part].toSpliced(deed, 1) }) };
  }
  // From the end, so that the numbers of those who stay remain.
  if (things.length > 0) yield { ...scenario, things: things.slice(0, -1) };
  yield* calmer(scenario);
  yield* plainer(scenario);
}

function* calmer(scenario: Scenario): Generator<Scenario> {
  if (scenario.refusals > 0) yield { ...scenario, refusals: 0 };
  if (scenario.lostAnswers > 0) yield { ...scenario, lostAnswers: 0 };
  if (scenario.systems !== 'faithful') yield { ...scenario, systems: 'faithful' };
  if (scenario.chunk !== 200) yield { ...scenario, chunk: 200 };
  const { settings } = scenario;
  const plain = {
    conflicts: 'crm',
    viewLink: false,
    recentOnly: false,
    maximum: null,
    autoSync: true,
    separateFolder: true,
    guard: { count: 25, percent: 20 },
  } as const;
  for (const [name, value] of Object.entries(plain))
    if (JSON.stringify(settings[name as keyof typeof plain]) !== JSON.stringify(value))
      yield { ...scenario, settings: { ...settings, [name]: value } };
  for (const name of ['excludedAddresses', 'excludedDomains'] as const)
    if (settings[name].length > 0) yield { ...scenario, settings: { ...settings, [name]: [] } };
}

/** Fewer fields. */
function* plainer(scenario: Scenario): Generator<Scenario> {
  const { things, days } = scenario;
  for (const [index, thing] of things.entries()) {
    for (const part of ['fields', 'otherwise'] as const)
      for (const field of Object.keys(thing[part])) {
        const { [field as keyof typeof thing.fields]: _dropped, ...rest } = thing[part];
        yield { ...scenario, things: things.with(index, { ...thing, [part]: rest }) };
      }
  }
  for (const [index, day] of days.entries())
    for (const [at, deed] of day.before.entries()) {
      if (!('fields' in deed) || Object.keys(deed.fields).length < 2) continue;
      for (const field of Object.keys(deed.fields)) {
        const { [field as keyof typeof deed.fields]: _dropped, ...fields } = deed.fields;
        const before = day.before.with(at, { ...deed, fields });
        yield { ...scenario, days: days.with(index, { ...day, before }) };
      }
    }
}
