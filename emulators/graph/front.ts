import type { IncomingMessage } from 'node:http';
import type { LoggedSubrequest } from './control/request-log.ts';
import type { GraphEmulator } from './emulator.ts';
import { runBatch } from './protocol/batch.ts';
import type { Caller, Outcome } from './protocol/dispatch.ts';
import { errorResponse } from './protocol/error-response.ts';
import { badRequest, invalidToken } from './protocol/errors.ts';
import type { GraphRequest } from './protocol/exchange.ts';
import { finishStep, requestIds } from './protocol/finish.ts';
import { parseBody, readBody } from './protocol/http-exchange.ts';
import { answerUpload } from './resources/mail/upload-routes.ts';
import { answerTokenRequest } from './resources/token.ts';
import type { Application } from './store/applications.ts';

export interface Answer extends Outcome {
  subrequests?: LoggedSubrequest[];
}

/** An HTTP request to the service itself: `/v1.0/…`. */
export async function answerGraph(
  emulator: GraphEmulator,
  incoming: IncomingMessage,
  headers: Headers,
  target: string,
  origin: string,
): Promise<Answer> {
  try {
    const bytes = await readBody(incoming);
    const [, version = '', rest = ''] = /^\/+([^/?]*)(.*)$/s.exec(target) ?? [];
    if (version.toLowerCase() !== 'v1.0') throw badRequest(`Invalid version: ${version}`);
    const application = authenticate(emulator, headers.get('authorization'));
    const body = parseBody(bytes, headers.get('content-type'));
    const request: GraphRequest = { method: incoming.method ?? 'GET', target: rest || '/', headers, body };
    const caller: Caller = { application, serviceRoot: `${origin}/v1.0`, subrequest: false };
    const isBatch = /^\/(\$|%24)batch$/i.test(rest.split('?', 1)[0]!);
    return isBatch
      ? await answerBatch(emulator, request, caller)
      : await emulator.dispatcher.dispatch(request, caller);
  } catch (error) {
    return { response: errorResponse(error) };
  }
}

async function answerBatch(emulator: GraphEmulator, request: GraphRequest, caller: Caller): Promise<Answer> {
  const early = await emulator.gateFaults.before(request, '/$batch');
  if (early) return early;
  if (request.method !== 'POST') throw badRequest('Only POST is allowed for $batch.');
  const outcome = await runBatch(request.body, caller, {
    dispatcher: emulator.dispatcher,
    order: answers => emulator.shuffled(answers),
    finish: (response, step) =>
      finishStep(response, requestIds(step.headers, emulator.world.newId), emulator.clock),
  });
  return emulator.gateFaults.after(request, '/$batch', outcome);
}

function authenticate(emulator: GraphEmulator, authorization: string | null): Application {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw invalidToken('Access token is empty.');
  const claims = emulator.tenant.tokens.verify(token);
  if (claims === 'expired') throw invalidToken('Lifetime validation failed, the token is expired.');
  if (claims === 'invalid') throw invalidToken('IDX14100: JWT is not well formed.');
  const application = emulator.tenant.application(claims.appid);
  if (!application || application.disabled || application.epoch !== claims.epoch) {
    throw invalidToken('Access token has been revoked.');
  }
  return application;
}

/** The token endpoint of the identity platform. */
export async function answerToken(
  emulator: GraphEmulator,
  incoming: IncomingMessage,
  headers: Headers,
  tenantName: string,
  tokenUrl: string,
): Promise<Answer> {
  try {
    const bytes = await readBody(incoming);
    const route = '/{tenant}/oauth2/v2.0/token';
    const request: GraphRequest = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers,
      body: undefined,
    };
    const early = await emulator.gateFaults.before(request, route);
    if (early) return early;
    const form = new URLSearchParams(bytes.toString('utf8'));
    const response = await answerTokenRequest(
      { tenant: emulator.tenant, newId: emulator.world.newId },
      tenantName,
      form,
      tokenUrl,
    );
    return emulator.gateFaults.after(request, route, { response });
  } catch (error) {
    return { response: errorResponse(error) };
  }
}

/** A part of a large attachment: its address, which the service gave out, is all the permission it needs. */
export async function answerUploadedPart(
  emulator: GraphEmulator,
  incoming: IncomingMessage,
  headers: Headers,
  target: string,
  origin: string,
): Promise<Answer> {
  const route = '/api/v2.0/AttachmentSessions/{id}';
  const method = incoming.method ?? '';
  const request: GraphRequest = { method, target, headers, body: undefined };
  try {
    const bytes = await readBody(incoming);
    const early = await emulator.gateFaults.before(request, route);
    if (early) return early;
    emulator.log.count(`${method} ${route}`);
    const response = answerUpload(emulator.mail, {
      method,
      origin,
      token: new URL(target, origin).searchParams.get('authtoken') ?? '',
      contentRange: headers.get('content-range'),
      authorization: headers.get('authorization'),
      bytes,
    });
    return emulator.gateFaults.after(request, route, { response });
  } catch (error) {
    return { response: errorResponse(error) };
  }
}
