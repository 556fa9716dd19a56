import type { ResponseStatus } from '../../store/event-state.ts';

/** As the service writes a time at which nothing happened. */
const NEVER = '0001-01-01T00:00:00Z';

const unanswered = (response: ResponseStatus['response']) => (): ResponseStatus => ({
  response,
  time: NEVER,
});

export const organizerResponse = unanswered('organizer');
export const noResponse = unanswered('none');
export const notResponded = unanswered('notResponded');
