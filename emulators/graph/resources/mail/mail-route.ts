import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';

type Handle = Extract<Route, { level: 'mailbox' }>['handle'];
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

const READ = ['Mail.Read', 'Mail.ReadWrite'];
const READ_BASIC = ['Mail.ReadBasic.All', 'Mail.ReadBasic', ...READ];
const WRITE = ['Mail.ReadWrite'];
const SEND = ['Mail.Send'];

/** A route of mail: whoever may only read may only GET, without what is in messages if he reads the basics. */
export const mailRoute = (method: Method, pattern: string, handle: Handle): Route => ({
  method,
  pattern,
  level: 'mailbox',
  roles: method === 'GET' ? READ_BASIC : WRITE,
  handle,
});

/** A route of what is in messages. */
export const contentRoute = (method: Method, pattern: string, handle: Handle): Route => ({
  ...mailRoute(method, pattern, handle),
  roles: method === 'GET' ? READ : WRITE,
});

export const sendRoute = (pattern: string, handle: Handle): Route => ({
  ...mailRoute('POST', pattern, handle),
  roles: SEND,
});

/** Mail.ReadBasic leaves out bodies, their previews and attachments (documentation: permissions reference). */
export const seesContent = ({ application: { roles } }: MailboxCall) =>
  READ.some(role => roles.includes(role));
