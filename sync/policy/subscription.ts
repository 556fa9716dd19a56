/** What an organization may use, from the least to the most. */
export const subscriptions = ['lite', 'standard', 'premium'] as const;
export type Subscription = (typeof subscriptions)[number];

/** The shortest interval between cycles, in minutes (POL-4); an installation may set others. */
export type IntervalFloors = Readonly<Record<Subscription, number>>;
export const usualIntervalFloors: IntervalFloors = { lite: 60, standard: 30, premium: 5 };

export function includes(subscription: Subscription, needed: Subscription): boolean {
  return subscriptions.indexOf(subscription) >= subscriptions.indexOf(needed);
}

/** "standard or premium": the subscriptions that include what needs this one. */
export function subscriptionsWith(needed: Subscription): string {
  return subscriptions.slice(subscriptions.indexOf(needed)).join(' or ');
}
