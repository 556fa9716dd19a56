import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** The admins' mail server: takes every message and keeps it. */
export class MailServer {
  readonly received: Mail[] = [];
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      void text(stream).then(raw => {
        this.received.push(
          mailOf(
            raw,
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        );
        done();
      }, done);
    },
  });

  /** Answers the variables that make the product use it. */
  async open(): Promise<Record<string, string>> {
    const listening = this.#server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    return { TANDEM_SMTP_URL: `smtp://127.0.0.1:${port}`, TANDEM_MAIL_FROM: 'tandem@office.example' };
  }

  close(): Promise<void> {
    return new Promise(resolve => this.#server.close(() => resolve()));
  }
}

/** Tandem sends plain text, quoted-printable where it has to. */
function mailOf(raw: string, to: readonly string[]): Mail {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
  const subject = unquoted(/^Subject: (.*)$/m.exec(head)?.[1]?.trim() ?? '');
  const body = raw.slice(end + 4).replace(/=\r\n/g, '');
  return { to: [...to].sort(), subject, text: body.replace(/=3D/g, '=') };
}

/** Encoded words (RFC 2047) in their Q form. */
function unquoted(header: string): string {
  return header.replace(/\?= +=\?UTF-8\?Q\?/g, '').replace(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, word: string) =>
    decodeURIComponent(
      word
        .replaceAll('_', ' ')
        .replaceAll('%', '%25')
        .replace(/=(?=[\dA-F]{2})/g, '%'),
    ),
  );
}
