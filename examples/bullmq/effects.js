import { prefix } from './connection.js';

// An effect is what a job does in the world: a payment, a mail. Each is counted here, by run and by the id that it was for, and
// how often by which job.

const once = {
  numberOfKeys: 3,
  lua: `
    if redis.call('SADD', KEYS[2], ARGV[1]) == 0 then return 0 end
    redis.call('ZINCRBY', KEYS[3], 1, ARGV[4])
    redis.call('HINCRBY', KEYS[1], 'count:' .. ARGV[2], 1)
    redis.call('HINCRBY', KEYS[1], 'total:' .. ARGV[2], ARGV[3])
    return 1`,
};

const member = (id, job) => JSON.stringify([id, job]);

export class Effects {
  constructor(redis, variant) {
    this.redis = redis;
    this.variant = variant;
    redis.defineCommand('effectOnce', once);
  }

  key(run, part) {
    return `${prefix}:${part}:${this.variant}:${run}`;
  }

  async add({ id: job, data: { run, id, amount } }) {
    const key = this.key(run, 'effects');
    await this.redis
      .multi()
      .hincrby(key, `count:${id}`, 1)
      .hincrby(key, `total:${id}`, amount)
      .zincrby(this.key(run, 'jobs'), 1, member(id, job))
      .exec();
  }

  /** Does nothing if it was called for that key before. To ask and to do is one step: nobody comes in between. */
  async addOnce(key, { id: job, data: { run, id, amount } }) {
    const keys = ['effects', 'keys', 'jobs'].map((part) => this.key(run, part));
    await this.redis.effectOnce(...keys, key, id, amount, member(id, job));
  }

  async read({ run, id }) {
    const [count, total] = await this.redis.hmget(this.key(run, 'effects'), `count:${id}`, `total:${id}`);
    return { count: Number(count), total: Number(total) };
  }

  /** The jobs for an id whose effect happened more than once. */
  async repeated({ run, id }) {
    const members = await this.redis.zrangebyscore(this.key(run, 'jobs'), 2, '+inf');
    return members.map((text) => JSON.parse(text)).filter(([of]) => of === id).map(([, job]) => job);
  }

  async write({ run, id }, { count, total }) {
    await this.redis.hset(this.key(run, 'effects'), `count:${id}`, count, `total:${id}`, total);
  }

  async readAll(run) {
    const effects = {};
    for (const [field, value] of Object.entries(await this.redis.hgetall(this.key(run, 'effects')))) {
      const [, kind, id] = /^(\w+):(.*)$/s.exec(field);
      (effects[id] ??= {})[kind] = Number(value);
    }
    return effects;
  }

  async remove(run) {
    await this.redis.del(...['effects', 'keys', 'jobs'].map((part) => this.key(run, part)));
  }
}
