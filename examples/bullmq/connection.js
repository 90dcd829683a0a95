import { Redis } from 'ioredis';

const url = process.env.REDIS_URL;
if (!url) {
  console.error('set REDIS_URL, such as redis://127.0.0.1:6379/0');
  process.exit(1);
}

/** All keys begin with it. Two services that run at the same time need different ones. */
export const prefix = process.env.QUEUE_PREFIX ?? 'stress_bullmq';

function open(options) {
  const redis = new Redis(url, options);
  redis.on('error', (error) => console.error('Redis:', error.message || error.code));
  return redis;
}

/** For commands that must not be repeated: one without an answer may have been carried out. */
export function connect() {
  return open({ maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: false });
}

/** For a worker, which waits until Redis is back: BullMQ asks for null. */
export function connectWorker() {
  return open({ maxRetriesPerRequest: null });
}
