/** Names that API, worker and workflows share. Plain data: safe inside the workflow sandbox. */
export const TASK_QUEUE = 'tandem';
export const PAIRING_WORKFLOW = 'pairing';
export const FEED_WORKFLOW = 'feed';
export const FLEET_WORKFLOW = 'fleet';
export const FLEET_WORKFLOW_ID = 'fleet';

/** "Something in your row changed: look." Carries nothing, safe to repeat (PAIR-4). */
export const LOOK_SIGNAL = 'look';

export const pairingWorkflowId = (pairingId: string): string => `pairing:${pairingId}`;
export const feedWorkflowId = (connectionId: string): string => `feed:${connectionId}`;

export interface PairingInput {
  readonly organizationId: string;
  readonly pairingId: string;
  readonly policyId: string;
}
export interface FeedInput {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** Search attributes: what operators filter by in the Temporal Web UI (PAIR-3). */
export const SEARCH_ATTRIBUTES = {
  PairingId: 'KEYWORD',
  OrganizationId: 'KEYWORD',
  PolicyId: 'KEYWORD',
  SyncState: 'KEYWORD',
  ErrorStreak: 'INT',
} as const;

export type SyncState =
  | 'initializing'
  | 'in_sync'
  | 'catching_up'
  | 'degraded'
  | 'blocked'
  | 'paused'
  | 'disabled';
