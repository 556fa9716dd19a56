import { z } from 'zod';
import { GraphError, invalidRequest, itemNotFound } from '../../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { itemId } from '../stored-items.ts';
import { attachmentId } from './attachment-type.ts';
import { attach } from './attachment-writes.ts';
import type { MailWorld } from './mail-world.ts';
import type { UploadSession } from './upload-sessions.ts';

/** Documentation: attach large files to Outlook messages. */
const MIN_BYTES = 3 * 1024 * 1024;
const MAX_BYTES = 150 * 1024 * 1024;

const attachmentItem = z.object({
  attachmentType: z.literal('file'),
  name: z.string().min(1),
  size: z.number().int(),
  contentType: z.string().nullish(),
  contentId: z.string().nullish(),
  isInline: z.boolean().nullish(),
});

export function createUploadSession(world: MailWorld, call: MailboxCall, item: Item): GraphResponse {
  const given = (call.request.body ?? {}) as Record<string, unknown>;
  const parsed = attachmentItem.safeParse(given.AttachmentItem ?? given.attachmentItem);
  if (!parsed.success)
    throw invalidRequest(`The AttachmentItem is invalid: ${z.prettifyError(parsed.error)}`);
  const { name, size, contentType, contentId, isInline } = parsed.data;
  checkSize(size);
  const session = world.uploads.open(
    {
      token: world.newId(),
      mailbox: call.mailbox.guid,
      item: item.number,
      size,
      file: {
        kind: 'file',
        name,
        contentType: contentType ?? 'application/octet-stream',
        contentId: contentId ?? null,
        contentLocation: null,
        isInline: isInline ?? false,
      },
    },
    world.now(),
  );
  return {
    status: 201,
    body: {
      '@odata.context': `${call.serviceRoot}/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: uploadUrl(call, item, session),
      expirationDateTime: new Date(session.expiresAt).toISOString(),
      nextExpectedRanges: ['0-'],
    },
  };
}

function checkSize(size: number): void {
  if (size < MIN_BYTES) {
    throw new GraphError(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      `The attachment size should be at least ${MIN_BYTES} bytes: post it to the attachments instead.`,
    );
  }
  if (size > MAX_BYTES) {
    throw new GraphError(
      400,
      'ErrorAttachmentSizeLimitExceeded',
      `The attachment size exceeds the maximum of ${MAX_BYTES} bytes.`,
    );
  }
}

/** Parts go to another host than requests, where nobody must present a token. */
const GRAPH_HOST = 'https://graph.microsoft.com';
const OUTLOOK_HOST = 'https://outlook.office.com';

const UPLOAD_PATH = /^\/api\/v2\.0\/Users\('[^']*'\)\/Messages\('[^']*'\)\/AttachmentSessions\('[^']*'\)$/i;

export const isUpload = (path: string) => UPLOAD_PATH.test(decodeURI(path));

function uploadUrl({ serviceRoot, mailbox }: MailboxCall, item: Item, { token }: UploadSession): string {
  const origin = serviceRoot.replace(/\/v1\.0$/, '').replace(GRAPH_HOST, OUTLOOK_HOST);
  const message = encodeURIComponent(itemId(mailbox, item, false));
  return `${origin}/api/v2.0/Users('${mailbox.guid}')/Messages('${message}')/AttachmentSessions('${token}')?authtoken=${token}`;
}

interface UploadRequest {
  method: string;
  origin: string;
  token: string;
  contentRange: string | null;
  authorization: string | null;
  bytes: Buffer;
}

/** A part of an attachment, or the end of its session. */
export function answerUpload(world: MailWorld, request: UploadRequest): GraphResponse {
  if (request.authorization !== null) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'An upload address takes no Authorization header.',
    );
  }
  const session = world.uploads.find(request.token, world.now());
  if (!session) throw itemNotFound();
  if (request.method === 'DELETE') {
    world.uploads.close(session);
    return { status: 204 };
  }
  if (request.method !== 'PUT') throw new GraphError(405, 'ErrorInvalidRequest', 'PUT a part, or DELETE.');
  take(session, request);
  if (session.receivedBytes === session.size) return finish(world, session, request.origin);
  return {
    status: 200,
    body: {
      ExpirationDateTime: new Date(session.expiresAt).toISOString(),
      NextExpectedRanges: [String(session.receivedBytes)],
    },
  };
}

function take(session: UploadSession, { contentRange, bytes }: UploadRequest): void {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '')?.map(Number) ?? [];
  const isSound = from !== undefined && to! - from + 1 === bytes.length && total === session.size;
  if (!isSound || to! >= session.size) {
    throw invalidRequest(
      `The Content-Range '${contentRange ?? ''}' must be 'bytes first-last/${session.size}' and fit the content.`,
    );
  }
  if (from !== session.receivedBytes) {
    throw new GraphError(
      416,
      'ErrorInvalidRange',
      `The next range that is expected begins with ${session.receivedBytes}.`,
    );
  }
  session.received.push(bytes);
  session.receivedBytes += bytes.length;
}

function finish(world: MailWorld, session: UploadSession, origin: string): GraphResponse {
  world.uploads.close(session);
  const mailbox = world.directory.mailboxes.get(session.mailbox);
  const item = mailbox?.items.get(session.item);
  if (!mailbox || !item) throw itemNotFound();
  const content = Buffer.concat(session.received).toString('base64');
  const attachment = attach(world, mailbox, item, { ...session.file, content, modifiedAt: world.now() });
  const id = attachmentId(mailbox, { item, attachment }, false);
  const message = itemId(mailbox, item, false);
  return {
    status: 201,
    headers: {
      Location: `${origin}/api/v2.0/Users('${mailbox.guid}')/Messages('${message}')/Attachments('${id}')`,
    },
  };
}
