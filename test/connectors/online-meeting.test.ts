import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withJoinBlock } from '../../connectors/graph/online-meeting.ts';

const joinUrl = 'https://teams.example/l/meetup-join/1?a=1&b=2';
const block =
  '<div class="me-email-text" lang="en-US"><div><b>Microsoft Teams meeting</b></div>' +
  `<div><a href="${joinUrl.replace('&', '&amp;')}">Join</a></div></div>`;
const current = html(`<html><body><div>Agenda</div>${block}<div>____</div></body></html>`);

function html(content: string) {
  return { contentType: 'html', content } as const;
}

describe('the body of an online meeting (CAL-6)', () => {
  it('gets back the whole part that Teams marked, inside of the document', () => {
    const body = html('<html><body><p>New</p></body></html>');
    expect(withJoinBlock(body, current, { joinUrl })).toEqual(
      html(`<html><body><p>New</p>${block}</body></html>`),
    );
  });

  it('gets back what stands nearest around the link where nothing is marked', () => {
    const plain = html(`<div>Agenda<div>Join: ${joinUrl}</div></div>`);
    expect(withJoinBlock(html('New'), plain, { joinUrl }).content).toBe(`New<div>Join: ${joinUrl}</div>`);
  });

  it('gets the link itself where the body has lost it', () => {
    const { content } = withJoinBlock(html('New'), html('Agenda'), { joinUrl });
    expect(content).toContain(`href="${joinUrl.replace('&', '&amp;')}"`);
  });

  it('is left alone while it has the link, and where there is no meeting', () => {
    expect(withJoinBlock(current, current, { joinUrl })).toBe(current);
    expect(withJoinBlock(html('New'), current, null)).toEqual(html('New'));
  });

  it('has the link whatever the markup was, also of somebody hostile', () => {
    const markup = fc.array(fc.constantFrom('<div>', '</div>', '<div ', '>', 'word', joinUrl, '</body>'));
    fc.assert(
      fc.property(markup, markup, (before, after) => {
        const { content } = withJoinBlock(html(after.join('')), html(before.join('')), { joinUrl });
        expect(content!.replaceAll('&amp;', '&')).toContain(joinUrl);
      }),
    );
    const deep = html(
      `${'<div'.repeat(100_000)}${'<div>'.repeat(100_000)}${joinUrl}${'</div>'.repeat(100_000)}`,
    );
    expect(withJoinBlock(html('New'), deep, { joinUrl }).content).toBe(`New<div>${joinUrl}</div>`);
  });
});
