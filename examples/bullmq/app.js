import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { prefix } from './connection.js';
import { Effects } from './effects.js';
import { Running } from './running.js';

const INSTANCES = ['app-1', 'app-2'];
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

const hasEnded = (worker) => worker.exitCode !== null || worker.signalCode !== null;

/** Waits for a worker's message. */
function reply(worker) {
  const exit = once(worker, 'exit').then(() => {
    throw new Error('a worker has ended without being asked to');
  });
  return Promise.race([once(worker, 'message'), exit]);
}

async function stop(worker) {
  // Ctrl-C in a terminal reaches the workers too, so that one may be gone already.
  if (hasEnded(worker)) return;
  worker.kill();
  await once(worker, 'exit');
}

/** One variant: its queue, and two instances of the app that work for it, started when they are first needed. */
export class App {
  #workers;

  constructor(name, variant, redis) {
    this.name = name;
    this.variant = variant;
    this.redis = redis;
    this.effects = new Effects(redis, name);
    this.running = new Running(redis, name);
    this.queue = new Queue(name, { connection: redis, prefix, defaultJobOptions: variant.jobs, skipMetasUpdate: true });
  }

  /** Begins anew: nothing is left of runs before but their effects. */
  async begin(run) {
    await this.clear();
    await this.effects.remove(run);
    await this.workers();
    this.run = run;
  }

  async enqueue({ id, amount }) {
    const job = await this.queue.add(this.name, { run: this.run, id, amount });
    return job.id;
  }

  async start(ticks) {
    for (const worker of await this.workers()) {
      worker.send({ run: this.run, ticks });
      await reply(worker);
    }
  }

  async isIdle() {
    // In this order: a job that is no longer counted by the queue has either ended, or is counted as running.
    const counts = await this.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'paused');
    const running = await this.running.count();
    return running === 0 && Object.values(counts).every((count) => count === 0);
  }

  async end(run) {
    await this.effects.remove(run);
    if (run !== this.run) return;
    await this.clear();
    this.run = undefined;
  }

  async clear() {
    for (const { key } of await this.queue.getJobSchedulers()) await this.queue.removeJobScheduler(key);
    await this.queue.obliterate({ force: true }); // also pauses the queue
    await this.queue.resume();
    await this.redis.del(this.queue.toKey('events'), this.queue.toKey('meta'));
  }

  workers() {
    this.#workers ??= this.#fork();
    return this.#workers;
  }

  async #fork() {
    await this.running.reset();
    const workers = INSTANCES.map((instance) => fork(WORKER, [this.name, instance]));
    await Promise.all(workers.map(reply));
    return workers;
  }

  /** Ends the workers when they have done what they are at, and removes what the queue keeps in Redis. */
  async close() {
    const workers = (await this.#workers) ?? [];
    await Promise.all(workers.map(stop));
    if (workers.length > 0) {
      await this.running.reset();
      await this.clear();
    }
    await this.queue.close();
  }
}
