/** How many error cycles in a row tell the admins (PAIR-10). */
export const ALERT_AFTER = 5;

/** Fewer failed writes than this are the items' own matter. */
const FEWEST_FAILURES = 5;

/**
 * The way in which most of a module's writes failed, if at least half of them, and at least five, failed alike:
 * then it is the pairing that could not do its work (PAIR-10). `counts`: `module.written`, `module.failed.kind`.
 */
export function commonFailure(
  counts: Readonly<Record<string, number>>,
): { readonly module: string; readonly kind: string; readonly failed: number } | null {
  for (const [name, failed] of Object.entries(counts)) {
    const [module, what, kind] = name.split('.');
    if (what !== 'failed' || module === undefined || kind === undefined) continue;
    const attempts = (counts[`${module}.written`] ?? 0) + sumOf(counts, `${module}.failed.`);
    if (failed >= FEWEST_FAILURES && failed * 2 >= attempts) return { module, kind, failed };
  }
  return null;
}

function sumOf(counts: Readonly<Record<string, number>>, prefix: string): number {
  return Object.entries(counts).reduce(
    (sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum),
    0,
  );
}

/** What a failure means to the person who reads the alert: never content, always a next move. */
export function explainFailure(
  kind: string,
  side: 'mailbox' | 'crm' | undefined,
): { readonly reason: string; readonly fix: string } {
  const system = side === 'mailbox' ? 'the mailbox system' : side === 'crm' ? 'the CRM' : 'a system';
  const known = EXPLANATIONS[kind] ?? EXPLANATIONS.internal;
  return { reason: known?.reason(system) ?? '', fix: known?.fix ?? '' };
}

const EXPLANATIONS: Readonly<Record<string, { reason(system: string): string; fix: string }>> = {
  transient: {
    reason: system => `${capital(system)} answers with errors.`,
    fix: 'Nothing to do if it passes; else look at the status of the service.',
  },
  auth: {
    reason: system => `${capital(system)} refuses the credentials.`,
    fix: 'Give the connection new credentials.',
  },
  forbidden: {
    reason: system => `${capital(system)} denies access.`,
    fix: 'Run the connection test: it names the missing permission.',
  },
  gone: {
    reason: system => `${capital(system)} no longer has the mailbox or user.`,
    fix: 'Check that mailbox and CRM user exist and are active.',
  },
  quota: {
    reason: system => `${capital(system)} has no storage or calls left.`,
    fix: 'Free storage, or raise the limit.',
  },
  schema: {
    reason: system => `${capital(system)} lacks something the policy relies on.`,
    fix: 'Run the connection test: it names what is missing.',
  },
  validation: {
    reason: system => `${capital(system)} refuses most of the values that are written.`,
    fix: 'Look at the failing items: their reasons name the rule.',
  },
  duplicate: {
    reason: system => `${capital(system)} refuses most items as duplicates.`,
    fix: 'Look at the failing items, and at the duplicate rules of the CRM.',
  },
  locked: {
    reason: system => `${capital(system)} keeps items locked.`,
    fix: 'Look for a long-running import in the CRM.',
  },
  permanent: {
    reason: system => `${capital(system)} refuses what is asked of it.`,
    fix: 'Look at the failing items and at the log.',
  },
  internal: {
    reason: () => 'A step of the synchronization failed unexpectedly.',
    fix: 'Look at the workflow in the Temporal Web UI and at the log of the worker.',
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
