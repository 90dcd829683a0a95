import concurrency from './concurrency.js';
import retries from './retries.js';
import scheduler from './scheduler.js';
import stalled from './stalled.js';

/**
 * All variants, by name: `process(job, effects)` or the `file` of a processor, and the options of the `worker` and of
 * `jobs`. One with `start` makes its jobs itself.
 */
export const variants = new Map(Object.entries({ ...stalled, ...concurrency, ...retries, ...scheduler }));
