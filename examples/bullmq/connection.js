import { Redis } from 'ioredis';

const url = process.env.REDIS_URL;
if (!url) {
  console.error('set REDIS_URL, such as redis://127.0.0.1:6379/0');
  process.exit(1);
}

/** All keys begin with it. Two services that run at the same time need different ones. */
export const prefix = process.env.QUEUE_PREFIX ?? 'stress_bullmq';

/** BullMQ wants its commands repeated until Redis is back: null. */
export function connect({ maxRetriesPerRequest = null } = {}) {
  const redis = new Redis(url, { maxRetriesPerRequest });
  redis.on('error', (error) => console.error('Redis:', error.message || error.code));
  return redis;
}
