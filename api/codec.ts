import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { z } from 'zod';
import { findCaller } from './auth.ts';
import type { Api, ApiEnv, Caller, Deps } from './deps.ts';
import { fromJson, type PayloadCodec, payloadJson, toJson } from './payload-json.ts';
import { Problem } from './problem.ts';

/** One page of a history: the server's messages are at most 4 MB, and base64 makes them longer. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

const body = z.strictObject({ payloads: z.array(payloadJson) });

/**
 * The codec endpoint of Temporal's Web UI (https://docs.temporal.io/codec-server). Whoever asks sends a key with every
 * request: as a bearer token, or as the password of HTTP Basic, which browsers ask for and then send by themselves where
 * the UI's codec setting includes credentials. There are no cookies, and no other page than the UI may read the answer.
 */
export function serveCodec(app: Api, deps: Deps): void {
  app.use('/codec/*', onlyTheUi(deps.temporalUi.url), limited, authorize(deps));
  app.post('/codec/encode', async c =>
    c.json(await convert(deps.payloadCodec, 'encode', await c.req.text())),
  );
  app.post('/codec/decode', async c =>
    c.json(await convert(deps.payloadCodec, 'decode', await c.req.text())),
  );
  app.get('/codec/sign-in', c => c.text("Signed in until the browser is closed. Reload Temporal's Web UI."));
}

function onlyTheUi(url: string): MiddlewareHandler<ApiEnv> {
  const origin = URL.canParse(url) ? new URL(url).origin : null;
  return cors({
    origin: asked => (asked === origin ? asked : null),
    allowMethods: ['POST'],
    allowHeaders: ['authorization', 'content-type', 'x-namespace'],
    credentials: true,
  });
}

const limited = bodyLimit({
  maxSize: LARGEST_BODY_BYTES,
  onError: () => {
    throw new Problem('body_too_large', `The body is larger than ${LARGEST_BODY_BYTES} bytes.`);
  },
});

function authorize(deps: Deps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const secret = secretOf(c.req.header('authorization') ?? '');
    if (secret === undefined) throw unauthorized();
    requireOperator(await findCaller(deps, secret));
    await next();
  };
}

function secretOf(header: string): string | undefined {
  const [, scheme, value] = /^(Bearer|Basic) ([\x21-\x7e]{1,1000})$/i.exec(header) ?? [];
  if (value === undefined || scheme?.toLowerCase() === 'bearer') return value;
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function unauthorized(): Problem {
  return new Problem('unauthorized', 'Decrypting needs a key.', {
    fix: 'Send an API key of the role operator or admin, or the installation key: as a bearer token or as a password.',
    headers: { 'www-authenticate': 'Basic realm="tandem", charset="UTF-8"' },
  });
}

function requireOperator(caller: Caller): void {
  if (caller.kind === 'installation' || caller.role !== 'viewer') return;
  throw new Problem('forbidden', 'This needs the role operator; this API key has the role viewer.');
}

async function convert(codec: PayloadCodec, direction: 'encode' | 'decode', text: string) {
  const { payloads } = parse(text);
  try {
    return { payloads: (await codec[direction](payloads.map(fromJson))).map(toJson) };
  } catch (error) {
    throw new Problem('unprocessable', (error as Error).message, {
      fix: 'Was it written by this installation, and is its key still in the key ring?',
    });
  }
}

function parse(text: string): z.infer<typeof body> {
  try {
    return body.parse(JSON.parse(text));
  } catch {
    throw new Problem(
      'invalid_request',
      'The body must be {"payloads": [{"metadata": {…}, "data": "base64"}]}.',
    );
  }
}
