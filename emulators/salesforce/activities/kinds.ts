/** Events and tasks differ in what their relations are called. */
export interface ActivityKind {
  readonly object: 'Event' | 'Task';
  readonly relation: 'EventRelation' | 'TaskRelation';
  /** The relation's field that points to the activity. */
  readonly key: 'EventId' | 'TaskId';
}

export const EVENT: ActivityKind = { object: 'Event', relation: 'EventRelation', key: 'EventId' };
export const TASK: ActivityKind = { object: 'Task', relation: 'TaskRelation', key: 'TaskId' };
export const KINDS: readonly ActivityKind[] = [EVENT, TASK];
