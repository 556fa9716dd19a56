import { calendar } from './calendar/module.ts';
import { emails } from './emails/module.ts';
import type { SimulatedModule } from './module.ts';
import { people } from './people/module.ts';
import { tasks } from './tasks/module.ts';

/** Whoever takes part in a run. */
export const modules: readonly SimulatedModule[] = [people, calendar, tasks, emails];
