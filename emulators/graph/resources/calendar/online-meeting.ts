import type { EventContent } from '../../store/event-state.ts';

const JOIN = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_';

/**
 * A meeting becomes an online one once and stays it, except that a body written without the block that
 * tells how to join ends it (documentation: event update, body and online meetings).
 */
export function writeOnlineMeeting(
  body: Record<string, unknown>,
  current: EventContent,
  written: EventContent,
  { newId }: { newId(): string },
): void {
  if (current.onlineMeeting) {
    if ('body' in body && !written.body.content.includes(current.onlineMeeting.joinUrl)) {
      Object.assign(written, {
        isOnlineMeeting: false,
        onlineMeeting: null,
        onlineMeetingProvider: 'unknown',
      });
    }
    return;
  }
  if (body.isOnlineMeeting !== true) return;
  const joinUrl = `${JOIN}${newId().replaceAll('-', '')}%40thread.v2/0`;
  written.isOnlineMeeting = true;
  written.onlineMeetingProvider = String(body.onlineMeetingProvider ?? 'teamsForBusiness');
  written.onlineMeeting = { joinUrl };
  written.body = withJoinBlock(written.body, joinUrl);
}

function withJoinBlock(
  { contentType, content }: EventContent['body'],
  joinUrl: string,
): EventContent['body'] {
  if (contentType === 'text') {
    return { contentType, content: `${content}\r\n________\r\nMicrosoft Teams meeting\r\n${joinUrl}\r\n` };
  }
  const block = `<div>________<br><b>Microsoft Teams meeting</b><br><a href="${joinUrl}">Join the meeting</a></div>`;
  return { contentType, content: content.replace(/(<\/body>|$)/i, `${block}$1`) };
}
