import { z } from 'zod';

/** Ways in which To Do may behave: neither the documentation nor reports from the field agree on them. */
export interface TodoBehaviour {
  /** Whether tasks have immutable ids for those who prefer them: they are not among the documented kinds. */
  todoImmutableIds: 'ignored' | 'honoured';
  /** How a due or start day is told: its midnight in UTC, or as it was written. */
  todoDays: 'utc' | 'asWritten';
  /** Which task goes on when a recurring one is completed: a new one, the same beside a completed copy, none. */
  todoRecurrence: 'newTask' | 'sameTask' | 'none';
  /** Whether lists of tasks take `$select`. */
  todoSelect: 'accepted' | 'refused';
  /** Whether tasks may be filtered by what is in their linked resources, checklists and extensions. */
  todoCollectionFilters: 'refused' | 'accepted';
  /** Whether lists and deltas tell linked resources of themselves or only when they are expanded. */
  todoLinkedResources: 'expanded' | 'always';
  /** Whether open extensions in the body of a creation stay or are only echoed. */
  inlineExtensions: 'kept' | 'echoed';
  /** What stands before the name in the id of an open extension. */
  extensionIdPrefix: 'Microsoft.OutlookServices.OpenTypeExtension' | 'microsoft.graph.openTypeExtension';
  /** Whether a write of an extension makes another version of its task or list. */
  extensionWritesTouch: boolean;
}

export const defaultTodoBehaviour = (): TodoBehaviour => ({
  todoImmutableIds: 'ignored',
  todoDays: 'utc',
  todoRecurrence: 'newTask',
  todoSelect: 'accepted',
  todoCollectionFilters: 'refused',
  todoLinkedResources: 'expanded',
  inlineExtensions: 'kept',
  extensionIdPrefix: 'Microsoft.OutlookServices.OpenTypeExtension',
  extensionWritesTouch: true,
});

export const todoBehaviourShape = {
  todoImmutableIds: z.enum(['ignored', 'honoured']),
  todoDays: z.enum(['utc', 'asWritten']),
  todoRecurrence: z.enum(['newTask', 'sameTask', 'none']),
  todoSelect: z.enum(['accepted', 'refused']),
  todoCollectionFilters: z.enum(['refused', 'accepted']),
  todoLinkedResources: z.enum(['expanded', 'always']),
  inlineExtensions: z.enum(['kept', 'echoed']),
  extensionIdPrefix: z.enum([
    'Microsoft.OutlookServices.OpenTypeExtension',
    'microsoft.graph.openTypeExtension',
  ]),
  extensionWritesTouch: z.boolean(),
};
