import { fileURLToPath } from 'node:url';
import { lockDuration, render } from './report.js';

// A worker renews its lock on a job by a timer. While a job keeps the event loop busy no timer runs, and the lock expires.
// The job has "stalled": it is given to a worker again, though the first one is still at it.

const worker = { lockDuration, lockRenewTime: lockDuration / 4, stalledInterval: lockDuration / 4 };

export default {
  'stalled': {
    worker,
    async process(job, effects) {
      render(job);
      await effects.add(job);
    },
  },

  'stalled-keyed': {
    worker,
    async process(job, effects) {
      render(job);
      await effects.addOnce(job.id, job);
    },
  },

  // In a thread of its own, which leaves the worker's event loop free to renew the lock.
  'stalled-sandboxed': {
    worker: { ...worker, useWorkerThreads: true },
    file: fileURLToPath(new URL('./sandboxed.js', import.meta.url)),
  },
};
