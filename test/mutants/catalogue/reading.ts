import type { Mutant } from '../mutant.ts';

/** Mistakes in hearing of changes: cursors, pages, the feed, what waits. */
export const reading: readonly Mutant[] = [
  {
    name: 'cursor-before-its-page',
    file: 'activities/detect.ts',
    find: `  const probed = await probe(step);
`,
    replace: `  const probed = await probe(step);
  const cursorsAlone = step.cursors.flatMap(before => {
    const page = probed.pages.get(before.containerId);
    return page?.type === 'page' ? [{ before, page: { ...page, changes: [] } }] : [];
  });
  await deps.database.inOrganization(step.organizationId, tx => takePages(tx, step, cursorsAlone));
`,
    story: 'A contact made in Outlook just before a restart never reaches the CRM.',
    seenIn: 'n8n#4272: of 14 mails, 5 were missed',
    breaks: 'invariant 9',
    test: { file: 'test/simulation/crash-points.test.ts' },
  },
  {
    name: 'failed-page-is-empty',
    file: 'connectors/graph/delta.ts',
    find: `      throw classify(answer.error, 'read');`,
    replace: `      if (cursor !== null) return { type: 'page', changes: [], cursor, more: false };
      throw classify(answer.error, 'read');`,
    story: 'The pairing says in sync while Exchange answers nothing but errors.',
    seenIn: 'Nango, guide on deletion detection: a page error that is swallowed',
    breaks: 'invariant 5',
    test: { file: 'test/engine/faults.test.ts', title: 'on the delta of a container' },
  },
  {
    name: 'page-without-link-is-the-last',
    file: 'connectors/graph/delta.ts',
    find: `    if (link === undefined || !Array.isArray(body.value)) {`,
    replace: `    if (link === undefined) {
      const at = { isFirst: cursor === null, isLast: true };
      const changes = await this.#rows.changes(containerId, body.value ?? [], at);
      return { type: 'page', changes, cursor: cursor ?? '', more: false };
    }
    if (!Array.isArray(body.value)) {`,
    story: 'Half of a large folder arrives, and the pairing believes that this was all.',
    seenIn: 'airbyte#19014: stops at 14,900 of 49,000 rows',
    breaks: 'invariant 9',
    test: { file: 'test/connectors/graph-faults.test.ts' },
  },
  {
    name: 'only-first-page-of-mailbox',
    file: 'connectors/graph/delta.ts',
    find: `    return { type: 'page', changes, cursor: following, more: next !== undefined };`,
    replace: `    return { type: 'page', changes, cursor: following, more: false };`,
    story:
      'Of a folder with 3,000 contacts the first 200 count as there, the others trickle in with later cycles.',
    seenIn: 'twenty#11342: stuck importing',
    breaks: 'invariant 1',
    test: { file: 'test/engine/dead-cursor.test.ts' },
  },
  {
    name: 'only-first-page-of-crm',
    file: 'connectors/salesforce/pages.ts',
    find: `(isLast && page.length === inOrder.length) ? null`,
    replace: `page.length === inOrder.length ? null`,
    story: 'Of 5,000 contacts in the CRM the first 2,000 come into the mailbox.',
    seenIn: 'airbyte#19014',
    breaks: 'invariant 1',
    test: { file: 'test/conformance/crm.test.ts' },
  },
  {
    name: 'cursor-of-time-alone',
    file: 'connectors/salesforce/changes.ts',
    find: `          \`(SystemModstamp > \${instant(scan.stampMs)} OR \` +
            \`(SystemModstamp = \${instant(scan.stampMs)} AND Id > \${literal(scan.id)}))\`,`,
    replace: `          \`SystemModstamp > \${instant(scan.stampMs)}\`,`,
    story: 'After a mass update in the CRM some of the changed contacts stay as they were in Outlook.',
    seenIn: 'airbyte#9883 and n8n#24970: rows with the same time are lost',
    breaks: 'invariant 1',
    test: { file: 'test/engine/feed.test.ts', title: 'one poll reads all pages' },
  },
  {
    name: 'feed-without-overlap',
    file: 'connectors/salesforce/changes.ts',
    find: `\`SystemModstamp >= \${instant(knownMs - overlapMs)}\``,
    replace: `\`SystemModstamp >= \${instant(knownMs)}\``,
    story: 'What a long import saves in the CRM never comes to Outlook, until the weekly sweep.',
    seenIn: 'airbyte#27146: late rows below the cursor',
    breaks: 'invariant 2',
    test: { file: 'test/connectors/salesforce-faults.test.ts', title: 'become visible with an older stamp' },
  },
  {
    name: 'feed-stops-after-full-page',
    file: 'activities/feed.ts',
    find: `    open = steps.filter(step => step.more).map(step => step.cursor);`,
    replace: `    open = [];`,
    story: 'After an import of 20,000 records the first ones follow within a minute, the last after ten.',
    seenIn: 'airbyte#19014: stops at 14,900 of 49,000 rows',
    breaks: 'invariant 1',
    test: { file: 'test/engine/feed.test.ts' },
  },
  {
    name: 'same-second-is-same-version',
    file: 'db/change-log.ts',
    find: `(excluded.version, excluded.deleted) or not change_log.settled\``,
    replace: `(excluded.version, excluded.deleted)\``,
    story: 'Of two edits in the CRM within one second Outlook shows the first for ever.',
    seenIn: 'design.md 4: versions have a grain of one second and never prove equality',
    breaks: 'invariant 2',
    test: { file: 'test/engine/feed.test.ts' },
  },
  {
    name: 'deaf-feed-is-silent',
    file: 'activities/feed.ts',
    find: `        failure: { kind: result.failure.kind, message: result.failure.native ?? result.failure.kind },`,
    replace: `        failure: null,`,
    story: 'The CRM refuses to tell of changes, and every pairing says in sync.',
    seenIn: 'twenty#16679: "Synced", nothing imported',
    breaks: 'PAIR-10',
    test: { file: 'test/engine/feed.test.ts' },
  },
  {
    name: 'postponed-is-forgotten',
    file: 'db/inbox.ts',
    find: `    .where(where => where.or([where('not_before', 'is', null), where('not_before', '<=', new Date(asOfMs))]))`,
    replace: `    .where('not_before', 'is', null)`,
    story: 'A contact whose creation once got no answer waits for ever.',
    seenIn: 'twenty#14737: "Importing indefinitely", no errors',
    breaks: 'invariant 1',
    test: { file: 'test/engine/exactly-once.test.ts', title: 'lost-response' },
  },
  {
    name: 'other-changes-of-the-item-are-cleared-too',
    file: 'db/inbox.ts',
    find: `    .where('pairing_id', '=', pairingId)
    .where(
      'generation',
      'in',
      rows.map(row => row.generation),
    )`,
    replace: `    .where('pairing_id', '=', pairingId)
    .where(
      'source_id',
      'in',
      rows.map(row => row.sourceId),
    )`,
    story: 'A restore that an admin asks for while a cycle runs does nothing.',
    seenIn: 'rclone bisync: files changed while it runs',
    breaks: 'invariant 2',
    test: { file: 'test/db/inbox.test.ts' },
  },
  {
    name: 'quarantine-without-end',
    file: 'activities/detect.ts',
    find: `    await requeueDueItems(tx, pairing.id, step.nowMs);
`,
    replace: '',
    story: 'A contact that the CRM refused once stays out although the rule that refused it is gone.',
    seenIn: 'airbyte#13779: quarantine, "little benefit"',
    breaks: 'PAIR-10',
    test: { file: 'test/engine/quarantine.test.ts' },
  },
];
