import type { Chance } from '../../planner/chance.ts';
import { ActivitiesRun, type Kind } from '../activities/run.ts';
import type { SimulatedModule, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';
import { add, invite, meet, repeat } from './adding.ts';
import { categorize, edit, reinvite, rewrite, touch } from './changing.ts';
import { chooser } from './choose.ts';
import { Hands, WHEREABOUTS } from './hands.ts';
import { give, remove, respond } from './leaving.ts';
import { type Mail, unaskedMails } from './mails.ts';
import { peculiarities } from './rules.ts';

const KIND: Kind<Hands> = {
  modules: ['appointments'],
  deeds: {
    ...{ add, repeat, meet, invite, edit, rewrite, reinvite },
    ...{ touch, categorize, delete: remove, respond, give },
  },
  whereabouts: WHEREABOUTS,
  peculiarities,
  // An act upon a series is one upon each of its occurrences.
  writesPerAct: 15,
};

/** Appointments of two users, alone, with each other and with somebody outside. */
export const calendar: SimulatedModule = {
  name: 'calendar',
  policy: choosePolicy,
  behaviour: chance => ({
    allDayTimes: chance.pick(['shifted', 'floating']),
    declinedEvents: chance.pick(['removed', 'kept']),
    deltaOutsideWindow: chance.pick(['changes', 'all']),
    deltaRemovedSeries: chance.pick(['instances', 'master']),
    deltaSeriesMasters: chance.pick(['shown', 'hidden']),
  }),
  acts: chooser,
  open: company => new CalendarRun(company),
};

function choosePolicy(chance: Chance): object {
  const direction = chance.happens(0.88) ? 'both' : 'to-mailbox';
  return {
    modules: { appointments: { enabled: true, direction } },
    calendar: {
      private: chance.pick(['hidden', 'skip']),
      invitations: chance.pick(['skip', 'skip', 'skip', 'never', 'send']),
      attendeeDetails: chance.happens(0.2),
    },
  };
}

/** Tells the mails that users cause from those that the product does. */
class CalendarRun extends ActivitiesRun<Hands> {
  readonly #ofUsers = new Set<number>();

  constructor(company: SimulatedCompany) {
    super(company, new Hands(company), KIND);
  }

  override async perform(act: Act): Promise<string | null> {
    const before = (await this.#outbox()).length;
    const words = await super.perform(act);
    const after = (await this.#outbox()).length;
    for (let number = before; number < after; number++) this.#ofUsers.add(number);
    return words;
  }

  override async violations(): Promise<Violation[]> {
    const mails = (await this.#outbox()).filter((_, number) => !this.#ofUsers.has(number));
    return [...(await super.violations()), ...unaskedMails((await this.lookAround()).policy, mails)];
  }

  async #outbox(): Promise<readonly Mail[]> {
    return ((await this.company.graph.control('GET', 'outbox')) as { value: Mail[] }).value;
  }
}
