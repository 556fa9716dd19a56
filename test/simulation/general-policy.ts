import type { Chance } from '../planner/chance.ts';

/** What a policy says about all modules: the healthy path most of the time. */
export function chooseGeneralPolicy(chance: Chance): object {
  return {
    conflicts: chance.pick(['crm', 'crm', 'mailbox', 'latest']),
    newItems: { autoSync: chance.happens(0.4) },
    deletionGuard: chance.happens(0.15) ? { count: 1, percent: 100 } : { count: 25, percent: 20 },
  };
}

/** Policies that say something about the same part say it together. */
export function joinPolicies(policies: readonly object[]): object {
  const joined: Record<string, unknown> = {};
  for (const policy of policies)
    for (const [name, value] of Object.entries(policy)) {
      const before = joined[name];
      joined[name] = isPart(before) && isPart(value) ? joinPolicies([before, value]) : value;
    }
  return joined;
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
