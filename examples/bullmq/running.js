import { prefix } from './connection.js';

const key = `${prefix}:running`;

/** Counts the processors that run. BullMQ can't tell: to it, a job that has stalled too often is over. */
export class Running {
  constructor(redis, variant) {
    this.redis = redis;
    this.variant = variant;
  }

  async during(work) {
    await this.redis.hincrby(key, this.variant, 1);
    try {
      return await work();
    } finally {
      await this.redis.hincrby(key, this.variant, -1);
    }
  }

  async count() {
    return Number(await this.redis.hget(key, this.variant));
  }

  /** For when no worker runs. */
  async reset() {
    await this.redis.hdel(key, this.variant);
  }
}
