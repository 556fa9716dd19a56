const known = new Map<string, boolean>();
const MOST_KNOWN = 10_000;

/** Offsets such as +05:30 are no zones: they know no summer time. */
export function isIanaZone(name: string): boolean {
  const answer = known.get(name) ?? canBeFormatted(name);
  if (known.size < MOST_KNOWN) known.set(name, answer);
  return answer;
}

function canBeFormatted(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
