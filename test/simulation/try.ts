import { chooseScenario } from '/work/main/test/simulation/choose.ts';
import { people } from '/work/main/test/simulation/people/module.ts';
import { openProcessDatabase } from '/work/main/test/simulation/pglite.ts';
import { runScenario } from '/work/main/test/simulation/run-scenario.ts';

const store = await openProcessDatabase();
const [from, to] = process.argv.slice(2).map(Number) as [number, number];
const t0 = performance.now();
let effects = 0,
  cycles = 0;
for (let seed = from; seed <= to; seed++) {
  const scenario = chooseScenario(seed, [people]);
  for (let i = 0; i < (process.argv[4] ? 2 : 1); i++) {
    const result = await runScenario(scenario, [people], async options => {
      await store.empty();
      return store.open(options);
    });
    effects += result.effects;
    cycles += result.cycles;
    if (process.argv[5]) console.log(result.story.join('\n'), JSON.stringify(result.state));
    console.log(
      seed,
      result.trace,
      result.effects,
      result.cycles,
      result.violations.map(v => `${v.invariant}: ${v.text}`).join('\n'),
    );
  }
}
const s = (performance.now() - t0) / 1000;
console.log({ s, perSeed: s / (to - from + 1), effects, cycles });
await store.close();
