import { describe, it } from 'vitest';
import { graphSubject, liveGraphSubject } from './graph-subject.ts';
import { mailboxConformance } from './mailbox-suite.ts';
import { memorySubject } from './memory-subject.ts';

mailboxConformance('memory', memorySubject);

mailboxConformance('Microsoft Graph over its emulator', graphSubject);

const live = process.env.TANDEM_LIVE_GRAPH;
if (live === undefined) {
  describe('mailbox: Microsoft Graph, a live tenant', () => {
    it.skip('TANDEM_LIVE_GRAPH is not set: {settings, credentials, address} as JSON', () => {});
  });
} else {
  mailboxConformance('Microsoft Graph, a live tenant', () => liveGraphSubject(live));
}
