import { activityStories } from './activities.ts';
import { mailStories } from './mail.ts';
import { peopleStories } from './people.ts';
import type { Story } from './story.ts';

/** Everything that is told at each crash point. Another module adds its own stories here. */
export const stories: readonly Story[] = [...peopleStories, ...activityStories, ...mailStories];
