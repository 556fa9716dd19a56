import { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { errorBody, Failure, failure } from '../failure.ts';
import { type Answer, ok, type Request } from '../http/message.ts';
import { userNamed } from '../oauth/token.ts';
import { seed } from '../seed.ts';
import {
  activitiesInput,
  archive,
  archiveInput,
  loadSeries,
  seriesInput,
  setActivities,
} from './activities.ts';
import { clockBody, setClock } from './clock.ts';
import { emailInput, featuresInput, filesInput, setEmail, setFeatures, setFiles } from './features.ts';
import {
  appInput,
  authorizeInput,
  clockInput,
  convertInput,
  faultsInput,
  fieldPermissionsInput,
  hardDeleteInput,
  limitsInput,
  loadInput,
  mergeInput,
  objectPermissionsInput,
  schemaInput,
  sharingInput,
  touchInput,
  visibilityInput,
} from './inputs.ts';
import { defineObjects, load } from './load.ts';
import { convert, hardDelete, merge, touch } from './userActions.ts';

type Action = (emulator: Emulator, request: Request) => unknown;

function read<T>(schema: z.ZodType<T>, request: Request): T {
  const raw = 'text' in request.body ? request.body.text : '{}';
  let json: unknown;
  try {
    json = raw.trim() === '' ? {} : JSON.parse(raw);
  } catch {
    throw failure('INVALID_INPUT', 'The body is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw failure('INVALID_INPUT', z.prettifyError(parsed.error));
  return parsed.data;
}

/** An action with a checked body. */
const withBody =
  <T>(schema: z.ZodType<T>, act: (emulator: Emulator, input: T) => unknown): Action =>
  (emulator, request) =>
    act(emulator, read(schema, request));

/** An action that changes a setting and answers it. */
const setting = <T>(schema: z.ZodType<T>, change: (emulator: Emulator, input: T) => unknown): Action =>
  withBody(schema, (emulator, input) => {
    const answer = change(emulator, input);
    emulator.org.saveSettings();
    return answer;
  });

const listOf = <T>(input: T | T[]): T[] => (Array.isArray(input) ? input : [input]);

function info({ org }: Emulator, { origin }: Request): object {
  const { publicKey: _, secretRevoked: __, keyRevoked: ___, ...identity } = org.identity;
  return { loginUrl: origin, instanceUrl: origin, ...identity };
}

function reset(emulator: Emulator): object {
  const { org } = emulator;
  org.clear();
  Object.assign(org.identity, { secretRevoked: false, keyRevoked: false });
  org.saveSettings();
  seed(org);
  emulator.sessions.keepOnly(userNamed(org, org.identity.username)?.Id ?? '');
  emulator.cursors.closeAll();
  emulator.usage.reset();
  emulator.log.reset();
  emulator.faults.set([]);
  return { reset: true };
}

function authorize({ org, sessions }: Emulator, { username }: z.infer<typeof authorizeInput>): object {
  const user = userNamed(org, username);
  if (user === undefined) throw failure('NOT_FOUND', `There is no user ${username}`);
  return {
    access_token: sessions.open(user.Id).token,
    refresh_token: sessions.newRefreshToken(user.Id),
    user_id: user.Id,
  };
}

function setApp({ org }: Emulator, input: z.infer<typeof appInput>): object {
  const { secretRevoked, keyRevoked, ...settings } = input;
  if (secretRevoked !== undefined) org.identity.secretRevoked = secretRevoked;
  if (keyRevoked !== undefined) org.identity.keyRevoked = keyRevoked;
  Object.assign(org.settings, settings);
  const { unapproved, rotatesRefreshTokens, sessionSeconds } = org.settings;
  return {
    secretRevoked: org.identity.secretRevoked,
    keyRevoked: org.identity.keyRevoked,
    unapproved,
    rotatesRefreshTokens,
    sessionSeconds,
  };
}

function setLimits({ org, usage }: Emulator, input: z.infer<typeof limitsInput>): object {
  if (input.dailyApiRequests !== undefined) org.settings.dailyApiRequests = input.dailyApiRequests;
  if (input.used !== undefined) {
    usage.reset();
    usage.add(input.used);
  }
  return { dailyApiRequests: org.settings.dailyApiRequests, used: usage.used() };
}

function setSharing({ org }: Emulator, input: z.infer<typeof sharingInput>): object {
  for (const [object, model] of Object.entries(input)) {
    const type = org.schema.find(object);
    if (type === undefined) throw failure('INVALID_INPUT', `There is no object ${object}`);
    org.settings.sharing[type.name] = model;
  }
  return org.settings.sharing;
}

function define(emulator: Emulator, input: z.infer<typeof schemaInput>): object {
  defineObjects(emulator.org, listOf(input));
  return { defined: listOf(input).map(definition => definition.object) };
}

function setFaults({ faults }: Emulator, input: z.infer<typeof faultsInput>): object {
  faults.set('faults' in input ? input.faults : listOf(input));
  return { faults: faults.list() };
}

const ACTIONS: Readonly<Record<string, Action>> = {
  'GET /info': info,
  'POST /reset': reset,
  'POST /load': withBody(loadInput, load),
  'POST /schema': withBody(schemaInput, define),
  'GET /requests': ({ log, usage, org }) => ({
    ...log.counts(),
    used: usage.used(),
    dailyApiRequests: org.settings.dailyApiRequests,
  }),
  'GET /requests/log': ({ log }) => log.entries(),
  'POST /requests/reset': ({ log }) => {
    log.reset();
    return { reset: true };
  },
  'GET /faults': ({ faults }) => ({ faults: faults.list() }),
  'PUT /faults': withBody(faultsInput, setFaults),
  'GET /clock': ({ org }) => clockBody(org),
  'PUT /clock': withBody(clockInput, ({ org }, input) => setClock(org, input)),
  'PUT /limits': setting(limitsInput, setLimits),
  'PUT /sharing': setting(sharingInput, setSharing),
  'PUT /fls': setting(fieldPermissionsInput, ({ org }, input) => {
    org.settings.fieldPermissions.push(...listOf(input));
    return org.settings.fieldPermissions;
  }),
  'PUT /objectPermissions': setting(objectPermissionsInput, ({ org }, input) => {
    org.settings.objectPermissions.push(...listOf(input));
    return org.settings.objectPermissions;
  }),
  'PUT /visibility': setting(visibilityInput, ({ org }, input) => {
    org.settings.visibility = listOf(input);
    return org.settings.visibility;
  }),
  'PUT /activities': setting(activitiesInput, setActivities),
  'PUT /email': setting(emailInput, setEmail),
  'PUT /files': setting(filesInput, setFiles),
  'PUT /features': setting(featuresInput, setFeatures),
  'PUT /app': setting(appInput, setApp),
  'POST /authorize': withBody(authorizeInput, authorize),
  'POST /revoke': ({ sessions }) => {
    sessions.revokeAll();
    return { revoked: true };
  },
  'POST /convert': withBody(convertInput, convert),
  'POST /merge': withBody(mergeInput, merge),
  'POST /archive': withBody(archiveInput, archive),
  'POST /series': withBody(seriesInput, loadSeries),
  'POST /touch': withBody(touchInput, touch),
  'POST /hardDelete': withBody(hardDeleteInput, hardDelete),
};

/** The emulator's own interface under /_emulator: what an administrator, a user or bad luck does. */
export async function control(emulator: Emulator, request: Request): Promise<Answer> {
  const { store } = emulator.org;
  const mark = store.savepoint();
  const action = ACTIONS[`${request.method} ${request.path.slice('/_emulator'.length)}`];
  try {
    if (action === undefined)
      throw failure(
        'NOT_FOUND',
        `There is no ${request.method} ${request.path}. There are: ${Object.keys(ACTIONS).join(', ')}`,
      );
    const body = action(emulator, request);
    store.commit();
    return ok(body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    store.rollbackTo(mark);
    return { status: error.status, body: errorBody(error.entries) };
  }
}
