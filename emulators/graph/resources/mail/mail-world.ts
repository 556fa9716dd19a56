import type { Directory } from '../../store/directory.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { MessageAddress } from '../../store/message-state.ts';
import type { DeltaWorld } from '../delta-page.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** What mail may know of the emulator: a message that is sent arrives in other mailboxes. */
export interface MailWorld extends DeltaWorld {
  directory: Directory;
  uploads: UploadSessions;
  now(): number;
}

export function ownerOf({ directory }: MailWorld, { guid }: Mailbox): MessageAddress {
  const user = directory.users.get(guid)!;
  return { name: user.displayName, address: user.mail ?? user.userPrincipalName };
}
