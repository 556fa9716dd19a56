import { guarded, onClock, type Waiting } from './boundary.ts';
import type { ActivityDeps } from './deps.ts';
import { createDetect } from './detect.ts';
import { createPollFeed } from './feed.ts';
import { createFinish } from './finish.ts';
import { createReconcileFleet } from './fleet.ts';
import { createItemPhase, inTurn } from './items/phase.ts';
import { createLoad } from './load.ts';
import { createArchivePhase } from './mail/archive-phase.ts';
import { createFoldersPhase } from './mail/folders-phase.ts';
import { createSummariesPhase } from './mail/summaries-phase.ts';
import { createOpenedConnections } from './opened.ts';
import { createPrepare } from './prepare.ts';
import type { Activities, FeedStanding, PhaseResult, Standing } from './types.ts';

export type { ActivityDeps, Fleet, Mailer } from './deps.ts';

/** All activities over one set of dependencies: the only way in. */
export function createActivities(deps: ActivityDeps): Activities {
  const opened = createOpenedConnections(deps);
  const held = ({ untilMs, reason }: Waiting): Standing => ({
    next: 'hold',
    untilMs,
    reason,
    cycle: 0,
    state: 'catching_up',
    errorStreak: 0,
    note: reason,
  });
  const waits = ({ untilMs, reason }: Waiting): PhaseResult => ({
    more: false,
    waitUntilMs: untilMs,
    reason,
  });
  const rests = ({ untilMs, reason }: Waiting): FeedStanding => ({
    next: 'sleep',
    dueAtMs: untilMs,
    note: reason,
  });
  return {
    detect: onClock(deps, guarded(deps, 'detect', createDetect(deps, opened), held)),
    prepare: guarded(deps, 'prepare', createPrepare(deps, opened), waits),
    load: guarded(deps, 'load', createLoad(deps, opened), waits),
    leads: guarded(deps, 'leads', createItemPhase(deps, opened, 'leads'), waits),
    contacts: guarded(deps, 'contacts', createItemPhase(deps, opened, 'contacts'), waits),
    calendar: guarded(deps, 'calendar', createItemPhase(deps, opened, 'appointments'), waits),
    tasks: guarded(
      deps,
      'tasks',
      inTurn([createItemPhase(deps, opened, 'calls'), createItemPhase(deps, opened, 'tasks')]),
      waits,
    ),
    dropFolders: guarded(deps, 'dropFolders', createArchivePhase(deps, opened, 'dropFolders'), waits),
    assignTo: guarded(deps, 'assignTo', createArchivePhase(deps, opened, 'assignTo'), waits),
    sentItems: guarded(deps, 'sentItems', createArchivePhase(deps, opened, 'sentItems'), waits),
    inbox: guarded(deps, 'inbox', createArchivePhase(deps, opened, 'inbox'), waits),
    folders: guarded(deps, 'folders', createFoldersPhase(deps, opened), waits),
    summaries: guarded(deps, 'summaries', createSummariesPhase(deps, opened), waits),
    finish: onClock(deps, guarded(deps, 'finish', createFinish(deps, opened), null)),
    pollFeed: onClock(deps, guarded(deps, 'feed', createPollFeed(deps, opened), rests)),
    reconcileFleet: () => guarded(deps, 'fleet', createReconcileFleet(deps), null)(undefined),
  };
}
