import fc from 'fast-check';

/** A suite that passed passes again; another seed looks elsewhere. */
const SEED = 20_260_301;

function numberIn(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is a whole number, not "${text}".`);
  return Number(text);
}

const seed = numberIn('PROPERTY_SEED', SEED);
const times = numberIn('PROPERTY_TIMES', 1);
const FAST_CHECKS_OWN_RUNS = 100;

const assert = ((property: fc.IRawProperty<unknown>, parameters?: fc.Parameters<unknown>) =>
  fc.assert(property, {
    seed,
    ...parameters,
    numRuns: times * (parameters?.numRuns ?? FAST_CHECKS_OWN_RUNS),
  })) as typeof fc.assert;

/** fast-check, with the seed and the number of runs that the environment asks for. */
export default { ...fc, assert };
