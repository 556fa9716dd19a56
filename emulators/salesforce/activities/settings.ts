/** How an org keeps activities: its administrator's choices, and what the vendor's documentation leaves open. */
export interface ActivitySettings {
  /** Shared Activities: many contacts per activity, and relations that tell of them. */
  sharedActivities: boolean;
  /** Without it no event is longer than a day. */
  multidayEvents: boolean;
  queueOwnedTasks: boolean;
  /** Whether an all-day event's EndDateTime names its last day or the day after it. */
  allDayEnd: 'inclusive' | 'exclusive';
  /** What an all-day event shows as ActivityDateTime. */
  allDayActivityDateTime: 'null' | 'midnight';
  /** In whose calendar the ActivityDate of a timed event is read off. */
  activityDateZone: 'utc' | 'owner';
  /** What gives way when an update names a new start and neither end nor duration. */
  startMoves: 'end' | 'duration';
  /** Whether SystemModstamp of an activity moves when only its relations change. */
  relationsTouchActivity: boolean;
  /** Whether `queryAll` still finds a relation that was deleted by itself. */
  deletedRelations: 'purged' | 'recycled';
  /** What becomes of activities about a deleted record. */
  activitiesOfDeleted: 'deleted' | 'cleared';
  /** Whether a declined invitation takes the child event away. */
  declineRemovesChild: boolean;
  /** Whether an invited user may change what a child event shares with its parent. */
  childEventEdits: 'refused' | 'allowed';
  /** Whether deleting the first occurrence of a Lightning series deletes all of them. */
  deletingFirstEndsSeries: boolean;
}

export function newActivitySettings(): ActivitySettings {
  return {
    sharedActivities: false,
    multidayEvents: true,
    queueOwnedTasks: false,
    allDayEnd: 'inclusive',
    allDayActivityDateTime: 'null',
    activityDateZone: 'utc',
    startMoves: 'end',
    relationsTouchActivity: false,
    deletedRelations: 'purged',
    activitiesOfDeleted: 'deleted',
    declineRemovesChild: false,
    childEventEdits: 'refused',
    deletingFirstEndsSeries: true,
  };
}
