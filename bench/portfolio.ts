/** What a user owns in the CRM, by module. */
export interface Portfolio {
  readonly contacts: number;
  readonly appointments: number;
  readonly tasks: number;
}

const MODULES = ['contacts', 'appointments', 'tasks'] as const;

export function portfolio(some: Partial<Portfolio>): Portfolio {
  return { contacts: 0, appointments: 0, tasks: 0, ...some };
}

export function itemsOf(owned: Portfolio): number {
  return MODULES.reduce((sum, module) => sum + owned[module], 0);
}

/** For people: "2000 appointments, 500 tasks". */
export function described(owned: Portfolio): string {
  return MODULES.flatMap(module => (owned[module] > 0 ? [`${owned[module]} ${module}`] : [])).join(', ');
}
