import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes: started last, they would run alone while all other workers are idle. */
const LONG = [
  'simulation/crash-points.test.ts',
  'scenarios/alerts.test.ts',
  'scenarios/mail/once-faults.test.ts',
  'simulation/simulation.test.ts',
  'scenarios/main-job.test.ts',
  'scenarios/life.test.ts',
  'scenarios/mail/folder-faults.test.ts',
  'scenarios/mail/hostile.test.ts',
  'scenarios/mail/real-messages.test.ts',
];

const rank = ({ moduleId }: TestSpecification) => {
  const place = LONG.findIndex(name => moduleId.endsWith(name));
  return place === -1 ? LONG.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
