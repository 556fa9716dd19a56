import type { Day, Deed, Scenario, Settings, ThingSpec } from './scenario.ts';

/** What the policy of a story says where it says nothing else. */
export function usualSettings(modules: Settings['modules']): Settings {
  return {
    modules,
    conflicts: 'crm',
    viewLink: false,
    autoSync: true,
    separateFolder: true,
    recentOnly: false,
    maximum: null,
    excludedAddresses: [],
    excludedDomains: [],
    guard: { count: 25, percent: 20 },
    calendar: { attendeeDetails: false, private: 'hidden', invitations: 'skip' },
  };
}

/** A partnership that nothing is wrong with. */
export function linkedThing(about: Pick<ThingSpec, 'module' | 'meeting' | 'fields'>): ThingSpec {
  return {
    ...about,
    standing: 'linked',
    otherwise: {},
    ours: true,
    editable: true,
    old: false,
    marked: false,
  };
}

export function day(...before: Deed[]): Day {
  return { before, meanwhile: [], afterMinutes: 15 };
}

/** A quiet story: nothing is refused, and every answer comes. */
export function quietStory(settings: Settings, story: Partial<Scenario>): Scenario {
  return {
    seed: 1,
    settings,
    systems: 'faithful',
    first: false,
    things: [],
    days: [day()],
    refusals: 0,
    lostAnswers: 0,
    tellsRights: true,
    chunk: 200,
    ...story,
  };
}
