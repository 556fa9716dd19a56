import type { Chance } from '../../planner/chance.ts';
import { ActivitiesRun, type Kind } from '../activities/run.ts';
import type { SimulatedModule } from '../module.ts';
import { chooser } from './choose.ts';
import { DEEDS } from './deeds.ts';
import { meansTheSame } from './fields.ts';
import { Hands, WHEREABOUTS } from './hands.ts';

const KIND: Kind<Hands> = {
  modules: ['tasks', 'calls'],
  deeds: DEEDS,
  whereabouts: WHEREABOUTS,
  peculiarities: {
    offersTo: 'tasks',
    means: meansTheSame,
    selects: ({ policy }, { crmUserId }, { module, ownerId }) =>
      policy.modules[module].enabled && ownerId === crmUserId,
    // Done before it was offered.
    excludes: (_view, _mailbox, { values }, { code }) =>
      code === 'completed' && values.status === 'completed',
    excuses: () => false,
    isRefused: () => false,
    compares: () => 'all',
  },
  writesPerAct: 6,
};

/** Tasks and calls of the CRM, tasks of To Do. */
export const tasks: SimulatedModule = {
  name: 'tasks',
  policy: choosePolicy,
  behaviour: chance => ({
    todoDays: chance.pick(['utc', 'asWritten']),
    todoLinkedResources: chance.pick(['expanded', 'always']),
    todoImmutableIds: chance.pick(['ignored', 'honoured']),
  }),
  acts: chooser,
  open: company => new ActivitiesRun(company, new Hands(company), KIND),
};

function choosePolicy(chance: Chance): object {
  const module = (enabled: boolean) => ({
    enabled,
    direction: chance.happens(0.85) ? 'both' : 'to-mailbox',
  });
  return { modules: { tasks: module(true), calls: module(chance.happens(0.7)) } };
}
