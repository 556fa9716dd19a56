import { createTransport } from 'nodemailer';
import type { Mailer } from '../activities/index.ts';

const TIME_OUT_MS = 10_000;

export type MailServer = {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  readonly from: string;
};

/** Sends plain texts over SMTP. Nothing in a message can add a header, a recipient or an attachment. */
export function createMailer({ url, from }: MailServer): Mailer & { verify(): Promise<unknown> } {
  const transport = createTransport({
    url,
    dnsTimeout: TIME_OUT_MS,
    connectionTimeout: TIME_OUT_MS,
    greetingTimeout: TIME_OUT_MS,
    socketTimeout: TIME_OUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    verify: () => transport.verify(),
    send: async ({ to, subject, text, messageId }) => {
      await transport.sendMail({
        from,
        // As objects: in a text, a comma would make two recipients of one.
        to: to.map(address => ({ name: '', address: oneLine(address) })),
        subject: oneLine(subject),
        text,
        messageId: oneLine(messageId),
        // Keeps absence notes from answering (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
