import type { EventContent } from '../../store/event-state.ts';

type Location = Record<string, unknown>;

/** `location` and `locations` always correspond; writing one replaces the other (documentation: event update). */
export function writeLocations(body: Record<string, unknown>, written: EventContent): void {
  const list = body.locations as Location[] | undefined;
  if (list) {
    written.locations = list.map(completed);
    written.location = list.length > 0 ? summaryOf(written.locations) : completed({});
  } else if ('location' in body) {
    written.location = completed((body.location as Location | null) ?? {});
    written.locations = written.location.displayName === '' ? [] : [written.location];
  }
}

function summaryOf(locations: Location[]): Location {
  if (locations.length === 1) return locations[0]!;
  return completed({ displayName: locations.map(({ displayName }) => displayName).join('; ') });
}

function completed(given: Location): Location {
  const displayName = String(given.displayName ?? '');
  return {
    locationType: 'default',
    uniqueIdType: displayName === '' ? 'unknown' : 'private',
    ...(displayName === '' ? { address: {}, coordinates: {} } : { uniqueId: displayName }),
    ...given,
    displayName,
  };
}
