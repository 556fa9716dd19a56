/** The part of smtp-server that the tests use; the package brings no types. */
declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';

  interface Session {
    readonly envelope: {
      readonly mailFrom: { readonly address: string };
      readonly rcptTo: readonly { readonly address: string }[];
    };
  }
  interface Options {
    readonly authOptional: boolean;
    readonly disabledCommands: readonly string[];
    onData(stream: Readable, session: Session, done: (error?: Error) => void): void;
  }
  export class SMTPServer {
    constructor(options: Options);
    listen(port: number, host: string): Server;
    close(done: () => void): void;
  }
}
