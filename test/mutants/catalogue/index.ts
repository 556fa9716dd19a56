import type { Mutant } from '../mutant.ts';
import { activities } from './activities.ts';
import { agreement } from './agreement.ts';
import { calendar } from './calendar.ts';
import { creations } from './creations.ts';
import { deletions } from './deletions.ts';
import { faults } from './faults.ts';
import { mail } from './mail.ts';
import { reading } from './reading.ts';
import { scope } from './scope.ts';

/** All mistakes that the tests have to see. */
export const catalogue: readonly Mutant[] = [
  ...reading,
  ...deletions,
  ...creations,
  ...agreement,
  ...faults,
  ...scope,
  ...calendar,
  ...activities,
  ...mail,
];
