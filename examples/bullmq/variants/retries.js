// A job has an effect, and fails after it. What is retried is the whole job.

const jobs = { attempts: 3, backoff: { type: 'fixed', delay: 50 } };

let updates = 0;

/** Stands for what comes after the effect, and fails now and then. */
async function updateStatus() {
  updates++;
  if (updates % 3 === 0) throw new Error('the status was not updated: connection reset');
}

export default {
  'retries': {
    jobs,
    async process(job, effects) {
      await effects.add(job);
      await updateStatus();
    },
  },

  'retries-keyed': {
    jobs,
    async process(job, effects) {
      await effects.addOnce(job.id, job);
      await updateStatus();
    },
  },
};
