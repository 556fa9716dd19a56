import { failure, notFound } from '../failure.ts';
import { type Answer, ok } from '../http/message.ts';

const OLDEST = 41;
const NEWEST = 68;
const OLDEST_RETIRED = 21;
const NEWEST_RETIRED = 30;

/** Release 258 is v65 (Winter '26); three releases a year. */
function labelOf(version: number): string {
  const seasons = ["Spring '", "Summer '", "Winter '"];
  const sinceWinter26 = version - 65;
  const season = seasons[(((sinceWinter26 + 2) % 3) + 3) % 3] ?? '';
  return season + (26 + Math.floor(sinceWinter26 / 3));
}

export function listVersions(): Answer {
  const versions = Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => OLDEST + i);
  return ok(
    versions.map(version => ({
      label: labelOf(version),
      url: `/services/data/v${version}.0`,
      version: `${version}.0`,
    })),
  );
}

/** Refuses versions that were retired or never were. */
export function checkVersion(version: string): void {
  const match = /^v(\d+)\.0$/.exec(version);
  const number = Number(match?.[1]);
  if (number >= OLDEST_RETIRED && number <= NEWEST_RETIRED)
    throw failure('GONE', `The version of the API you are trying to access (${number}.0) has been retired.`);
  if (match === null || number < NEWEST_RETIRED + 1 || number > NEWEST) throw notFound();
}

const RESOURCES = ['composite', 'limits', 'parameterizedSearch', 'query', 'queryAll', 'search', 'sobjects'];

export function listResources(version: string, identityUrl: string): Answer {
  const resources = RESOURCES.map(name => [name, `/services/data/${version}/${name}`]);
  return ok({ ...Object.fromEntries(resources), identity: identityUrl });
}
