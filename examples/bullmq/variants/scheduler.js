// Every instance of the app says at its start what is to be done regularly.

const EVERY_MS = 200;

const every = (ticks) => ({ every: EVERY_MS, limit: ticks });

/** The number of the tick for which a job was planned, whenever it runs. Its id ends with the time: repeat:invoices:1764… */
function tick(job) {
  const millis = Number(job.id.split(':').at(-1));
  return String(Math.floor(millis / EVERY_MS));
}

async function process(job, effects) {
  await effects.add({ id: job.id, data: { run: job.data.run, id: tick(job), amount: 1 } });
}

export default {
  'scheduler': {
    process,
    start(queue, { instance, run, ticks }) {
      return queue.upsertJobScheduler(`invoices-${instance}`, every(ticks), { data: { run } });
    },
  },

  'scheduler-upsert': {
    process,
    start(queue, { run, ticks }) {
      return queue.upsertJobScheduler('invoices', every(ticks), { data: { run } });
    },
  },
};
