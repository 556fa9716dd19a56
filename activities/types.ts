import type { FeedInput, PairingInput, SyncState } from '../workflows/messages.ts';

/** The steps of a cycle that are activities of their own, in their order. */
export type Phase =
  | 'prepare'
  | 'load'
  | 'leads'
  | 'contacts'
  | 'calendar'
  | 'tasks'
  | 'dropFolders'
  | 'assignTo'
  | 'sentItems'
  | 'inbox'
  | 'folders'
  | 'summaries';

/** What a pairing does next, as the activities saw it in its row. */
export type Next =
  | { readonly next: 'phases'; readonly phases: readonly Phase[] }
  /** `dueAtMs`: epoch milliseconds of the next cycle. */
  | { readonly next: 'sleep'; readonly dueAtMs: number }
  /** Throttled or over quota: the cycle ends, nothing happens before this moment. Waiting, not an error. */
  | { readonly next: 'hold'; readonly untilMs: number; readonly reason: string }
  /** Paused: no timer, a signal wakes it. */
  | { readonly next: 'wait' }
  | { readonly next: 'stop' };

export type Standing = Next & {
  readonly cycle: number;
  readonly state: SyncState;
  readonly errorStreak: number;
  /** One line for operators; ids and counts only. */
  readonly note: string;
} & OnClock;

/** How far the clock of ages and schedules is ahead of the machines' (`TANDEM_CLOCK_URL`); absent: not at all. */
export interface OnClock {
  readonly clockAheadMs?: number;
}

export interface PhaseResult {
  /** The phase stopped after its time slice and wants to go on. */
  readonly more: boolean;
  /** Throttled or over quota: nothing before this moment (epoch ms). Waiting, not an error. */
  readonly waitUntilMs?: number;
  readonly reason?: string;
  /** A person has to act first: the rest of the cycle makes no sense. */
  readonly blocked?: boolean;
}

export interface CycleRef extends PairingInput {
  readonly cycle: number;
}

/** Why a step failed: never content. */
export interface StepFailure {
  readonly phase: string;
  /** A kind of `sync/failure.ts`, or 'internal'. */
  readonly kind: string;
  readonly side?: 'mailbox' | 'crm';
  /** What a person can do about it. */
  readonly fix?: string;
}

export interface FinishInput extends PairingInput {
  /** Absent where the cycle failed before it had a number. */
  readonly cycle?: number;
  readonly failure?: StepFailure;
  readonly waited?: { readonly untilMs: number; readonly reason: string };
}

export interface FeedStanding extends OnClock {
  readonly next: 'sleep' | 'stop';
  readonly dueAtMs: number;
  readonly note: string;
}

/** The activities as workflows see them. Failures carry ids, kinds and counts only (OPS-5). */
export interface Activities {
  /** Looks whether a cycle is due, reads what changed, and finishes the cycle at once when nothing did. */
  detect(input: PairingInput): Promise<Standing>;
  prepare(input: CycleRef): Promise<PhaseResult>;
  load(input: CycleRef): Promise<PhaseResult>;
  leads(input: CycleRef): Promise<PhaseResult>;
  contacts(input: CycleRef): Promise<PhaseResult>;
  calendar(input: CycleRef): Promise<PhaseResult>;
  /** Tasks, and calls without a time of day, which are tasks in a mailbox (TASK-1). */
  tasks(input: CycleRef): Promise<PhaseResult>;
  /** Messages in the folders that make records of them, or archive them (MAIL-2). */
  dropFolders(input: CycleRef): Promise<PhaseResult>;
  /** Messages in the folders of single records (MAIL-5). */
  assignTo(input: CycleRef): Promise<PhaseResult>;
  sentItems(input: CycleRef): Promise<PhaseResult>;
  inbox(input: CycleRef): Promise<PhaseResult>;
  /** The tree of mail folders and the records that it shows (MAIL-1, MAIL-5). */
  folders(input: CycleRef): Promise<PhaseResult>;
  /** One message per open record, in its display folder (MAIL-8). */
  summaries(input: CycleRef): Promise<PhaseResult>;
  finish(input: FinishInput): Promise<Standing>;
  pollFeed(input: FeedInput): Promise<FeedStanding>;
  /** Starts missing workflows and stops superfluous ones. */
  reconcileFleet(): Promise<{ readonly started: number; readonly stopped: number }>;
}
