import { Redis } from 'ioredis';
import { NoSuchWallet } from './errors.js';

/** Connects, and gives the connection a method for each script. */
export async function openRedis(url, { keyPrefix, scripts }) {
  const redis = new Redis(url, {
    keyPrefix,
    lazyConnect: true,
    // A command without an answer may have been carried out. It must not be sent once more behind our back.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
  });
  redis.on('error', (error) => console.error('Redis:', error.message));
  for (const [name, script] of Object.entries(scripts)) redis.defineCommand(name, script);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return { redis, close: () => redis.quit() };
}

/** What strategies on Redis share: everything but the change of a balance. A wallet is a string with a number in it. */
export class RedisWallets {
  constructor({ redis }) {
    this.redis = redis;
  }

  async put(id, balance) {
    await this.redis.set(id, balance);
  }

  async get(id) {
    const balance = await this.redis.get(id);
    if (balance === null) throw new NoSuchWallet();
    return Number(balance);
  }

  async remove(id) {
    await this.redis.del(id);
  }
}
