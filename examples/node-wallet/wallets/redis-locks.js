import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Busy, Conflict, Insufficient, NoSuchWallet } from './errors.js';
import { FraudCheck } from './fraud.js';
import { RedisWallets } from './redis.js';
import { retry } from './retry.js';

const LOCK_MS = 50;
const PATIENCE_MS = 5000;

/** One holder at a time for each wallet. The lock expires, so that a holder that crashed does not keep it. */
class LockedWallets extends RedisWallets {
  fraud = new FraudCheck({ slowEvery: 16, slowMs: 80 });

  async locked(id, work) {
    const owner = randomUUID();
    const token = await this.acquire(`lock:${id}`, owner);
    try {
      return await work(token);
    } finally {
      // Only if it is still ours: it may have expired, and belong to someone else.
      await this.redis.releaseLock(`lock:${id}`, owner);
    }
  }

  async acquire(lock, owner) {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const token = await this.tryAcquire(lock, owner);
      if (token) return token;
      await sleep(1 + Math.random() * 4);
    }
    throw new Busy();
  }
}

class LockExpires extends LockedWallets {
  tryAcquire(lock, owner) {
    return this.redis.set(lock, owner, 'PX', LOCK_MS, 'NX');
  }

  change(id, by) {
    return this.locked(id, async () => {
      const before = await this.get(id);
      const balance = before + by;
      if (balance < 0) throw new Insufficient(before);

      await this.fraud.check();
      await this.redis.set(id, balance);
      return { balance, before };
    });
  }
}

/**
 * Each holder gets a number higher than all before, the fencing token, and shows it when it reads and when it writes.
 * The wallet, here a hash, remembers the last one. Whoever was overtaken is refused, however long it was away. To show it
 * only when writing is not enough: the holder before could write after the next one's read.
 */
class LockFenced extends LockedWallets {
  tryAcquire(lock, owner) {
    return this.redis.acquireFenced(lock, 'fence', owner, LOCK_MS);
  }

  change(id, by) {
    return retry(() =>
      this.locked(id, async (token) => {
        const before = await this.read(id, token);
        const balance = before + by;
        if (balance < 0) throw new Insufficient(before);

        await this.fraud.check();
        await this.write(id, balance, token);
        return { balance, before };
      }),
    );
  }

  async read(id, token) {
    const [outcome, balance] = await this.redis.readFenced(id, token);
    if (outcome === 'missing') throw new NoSuchWallet();
    if (outcome === 'overtaken') throw new Conflict();
    return Number(balance);
  }

  async write(id, balance, token) {
    const written = await this.redis.writeFenced(id, token, balance);
    if (!written) throw new Conflict();
  }

  async put(id, balance) {
    // Without the token of before, whose holder must not write any more.
    await this.redis.multi().del(id).hset(id, 'balance', balance).exec();
  }

  async get(id) {
    const balance = await this.redis.hget(id, 'balance');
    if (balance === null) throw new NoSuchWallet();
    return Number(balance);
  }
}

export const scripts = {
  releaseLock: {
    numberOfKeys: 1,
    lua: `
      if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
      return 0`,
  },
  acquireFenced: {
    numberOfKeys: 2,
    lua: `
      if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return nil end
      return redis.call('INCR', KEYS[2])`,
  },
  readFenced: {
    numberOfKeys: 1,
    lua: `
      local balance, last = unpack(redis.call('HMGET', KEYS[1], 'balance', 'token'))
      if not balance then return {'missing'} end
      if last and tonumber(last) > tonumber(ARGV[1]) then return {'overtaken'} end
      redis.call('HSET', KEYS[1], 'token', ARGV[1])
      return {'ok', balance}`,
  },
  writeFenced: {
    numberOfKeys: 1,
    lua: `
      if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
      redis.call('HSET', KEYS[1], 'balance', ARGV[2])
      return 1`,
  },
};

export const strategies = {
  'redis-lock-expires': LockExpires,
  'redis-lock-fenced': LockFenced,
};
