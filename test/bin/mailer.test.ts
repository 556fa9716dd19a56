import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMailer } from '../../bin/mailer.ts';

type Received = { readonly from: string; readonly to: readonly string[]; readonly message: string };

const received: Received[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: async (stream, { envelope }, done) => {
    const message = await text(stream);
    const to = envelope.rcptTo.map(({ address }) => address);
    received.push({ from: envelope.mailFrom.address, to, message });
    done();
  },
});
let url: string;

beforeAll(async () => {
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  url = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>(resolve => server.close(() => resolve())));
beforeEach(() => {
  received.length = 0;
});

const from = 'tandem@contoso.example';
const message = {
  to: ['ann@contoso.example', 'bob@contoso.example'],
  subject: 'Tandem: synchronization of zoë@contoso.example has errors',
  text: 'Cause: the password expired.\nWhat to do: sign in again.',
  messageId: '<ntf_1@tandem>',
};

function headersOf({ message }: Received): string[] {
  const [head = ''] = message.split('\r\n\r\n');
  return head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
}

test('a message reaches all recipients with its id, so that a repeated one is known (PAIR-10)', async () => {
  await createMailer({ url, from }).send(message);
  expect(received).toMatchObject([{ from, to: message.to }]);
  expect(headersOf(received[0]!)).toEqual(
    expect.arrayContaining(['Message-ID: <ntf_1@tandem>', 'Auto-Submitted: auto-generated']),
  );
  expect(received[0]!.message).toContain('sign in again.');
});

test('nothing in a message adds a header or a recipient', async () => {
  await createMailer({ url, from }).send({
    ...message,
    to: ['ann@contoso.example'],
    subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nbody',
    messageId: '<a@b>\r\nX-Evil: 1',
  });
  expect(received[0]!.to).toEqual(['ann@contoso.example']);
  expect(headersOf(received[0]!).filter(header => /^(bcc|x-evil)/i.test(header))).toEqual([]);
});

test.each(['a@contoso.example, eve@evil.example', 'a@contoso.example\r\nRCPT TO:<eve@evil.example>'])(
  'what is no single address gets no mail: %j',
  async address => {
    await createMailer({ url, from })
      .send({ ...message, to: [address] })
      .catch(() => {});
    expect(received.flatMap(({ to }) => to)).not.toContain('eve@evil.example');
  },
);

test('a mail server that is not there is an error, not a wait', async () => {
  await expect(createMailer({ url: 'smtp://127.0.0.1:1', from }).send(message)).rejects.toThrow(
    /ECONNREFUSED/,
  );
});
