import { Queue, Worker } from 'bullmq';
import { connect, connectWorker, prefix } from './connection.js';
import { Effects } from './effects.js';
import { Running } from './running.js';
import { variants } from './variants/index.js';

// One instance of the app, in a process of its own: node worker.js <variant> <instance>

const [name, instance] = process.argv.slice(2);
const variant = variants.get(name);

const redis = connect();
const effects = new Effects(redis, name);
const running = new Running(redis, name);
const connection = connectWorker();
const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });

const processor = variant.file ?? ((job) => running.during(() => variant.process(job, effects)));
const worker = new Worker(name, processor, { connection, prefix, ...variant.worker });
// Such as that a job's lock was lost, which is what some variants are about.
worker.on('error', (error) => process.env.VERBOSE && console.error(`${name} ${instance}: ${error.message}`));

async function start({ run, ticks }) {
  await variant.start(queue, { instance, run, ticks });
  process.send('started');
}

let ending;
function end() {
  ending ??= (async () => {
    await worker.close();
    await queue.close();
    connection.disconnect();
    redis.disconnect();
    if (process.connected) process.disconnect();
  })();
}

process.on('message', start);
process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end);

await worker.waitUntilReady();
process.send('ready');
