import * as z from 'zod';
import { fieldsOf, subscriptionOf } from './option.ts';
import type { Problem } from './problem.ts';
import { type Policy, policySchema } from './schema.ts';
import {
  type IntervalFloors,
  includes,
  type Subscription,
  subscriptionsWith,
  usualIntervalFloors,
} from './subscription.ts';

const trialDays = 15;
const dayMs = 24 * 60 * 60_000;

/** Who asks and when: what the organization may use, and the clock. */
export interface PolicyContext {
  nowMs: number;
  subscription: Subscription;
  trial: boolean;
  intervalFloors?: IntervalFloors;
}

/** How long an interval may not be shorter than (POL-4). */
export function intervalFloor({
  subscription,
  intervalFloors = usualIntervalFloors,
}: Pick<PolicyContext, 'subscription' | 'intervalFloors'>): number {
  return intervalFloors[subscription];
}

export function daysAgo(nowMs: number, days: number): string {
  return new Date(nowMs - days * dayMs).toISOString().slice(0, 10);
}

/** POL-4, POL-21 … POL-23: what the policy uses beyond the subscription. */
export function subscriptionProblems(
  policy: Policy,
  context: Omit<PolicyContext, 'nowMs' | 'trial'>,
): Problem[] {
  return [...featureProblems(policy, context.subscription), ...intervalProblems(policy, context)];
}

function featureProblems(policy: Policy, subscription: Subscription): Problem[] {
  return fieldsOf(policySchema).flatMap(([key, schema]): Problem[] => {
    const needed = subscriptionOf(schema);
    const group = policy[key as keyof Policy];
    const used =
      schema instanceof z.ZodObject && typeof group === 'object' && 'enabled' in group && group.enabled;
    if (!needed || !used || includes(subscription, needed)) return [];
    const detail = `${key} needs the ${subscriptionsWith(needed)} subscription, this organization has ${subscription}: leave it off or upgrade`;
    return [{ pointer: `/${key}/enabled`, code: 'subscription', detail }];
  });
}

/** The policy as far as the subscription goes: features beyond it rest until it is enough again (POL-9). */
export function withinSubscription(policy: Policy, subscription: Subscription): Policy {
  const beyond = featureProblems(policy, subscription).map(({ pointer }) => pointer.split('/')[1] ?? '');
  return Object.fromEntries(
    Object.entries(policy).map(([key, group]) => [
      key,
      beyond.includes(key) ? { ...(group as object), enabled: false } : group,
    ]),
  ) as Policy;
}

function intervalProblems({ schedule }: Policy, context: Omit<PolicyContext, 'nowMs' | 'trial'>): Problem[] {
  const floor = intervalFloor(context);
  return (['peak', 'offPeak'] as const)
    .filter(window => schedule[window].everyMinutes < floor)
    .map(window => ({
      pointer: `/schedule/${window}/everyMinutes`,
      code: 'subscription',
      detail: `The shortest interval of the ${context.subscription} subscription is ${floor} minutes`,
    }));
}

/** POL-2 */
export function trialProblems(
  { general }: Policy,
  { trial, nowMs }: Pick<PolicyContext, 'trial' | 'nowMs'>,
): Problem[] {
  const earliest = daysAgo(nowMs, trialDays);
  if (!trial || general.syncStartDate >= earliest) return [];
  const detail = `A trial starts at most ${trialDays} days back: ${earliest} or later`;
  return [{ pointer: '/general/syncStartDate', code: 'trial', detail }];
}
