import { setTimeout as sleep } from 'node:timers/promises';

// Eight jobs at a time in each worker. They meet where they change the same value.

const worker = { concurrency: 8 };

export default {
  'concurrency': {
    worker,
    async process(job, effects) {
      const { count, total } = await effects.read(job.data);
      await sleep(1); // asks another service for the rate
      await effects.write(job.data, { count: count + 1, total: total + job.data.amount });
    },
  },

  'concurrency-atomic': {
    worker,
    async process(job, effects) {
      await sleep(1);
      await effects.add(job);
    },
  },
};
