import { Insufficient, NoSuchWallet } from './errors.js';
import { RedisWallets } from './redis.js';

class GetSet extends RedisWallets {
  async change(id, by) {
    const before = await this.get(id);
    const balance = before + by;
    if (balance < 0) throw new Insufficient(before);

    await this.redis.set(id, balance);
    return { balance, before };
  }

  async transfer(from, to, amount) {
    const source = await this.get(from);
    const destination = await this.get(to);
    if (source < amount) throw new Insufficient(source);

    await this.redis.set(from, source - amount);
    await this.redis.set(to, destination + amount);
  }
}

/** Redis runs a script as a whole, with no other command in between. */
class Lua extends RedisWallets {
  async change(id, by) {
    const [outcome, before, balance] = await this.redis.changeBalance(id, by);
    this.check(outcome, before);
    return { balance, before: Number(before) };
  }

  async transfer(from, to, amount) {
    const [outcome, balance] = await this.redis.transferBalance(from, to, amount);
    this.check(outcome, balance);
  }

  check(outcome, balance) {
    if (outcome === 'missing') throw new NoSuchWallet();
    if (outcome === 'insufficient') throw new Insufficient(Number(balance));
  }
}

export const scripts = {
  changeBalance: {
    numberOfKeys: 1,
    lua: `
      local before = redis.call('GET', KEYS[1])
      if not before then return {'missing'} end
      if before + ARGV[1] < 0 then return {'insufficient', before} end
      return {'ok', before, redis.call('INCRBY', KEYS[1], ARGV[1])}`,
  },
  transferBalance: {
    numberOfKeys: 2,
    lua: `
      local from, to = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
      if not from or not to then return {'missing'} end
      if from - ARGV[1] < 0 then return {'insufficient', from} end
      redis.call('DECRBY', KEYS[1], ARGV[1])
      redis.call('INCRBY', KEYS[2], ARGV[1])
      return {'ok'}`,
  },
};

export const strategies = {
  'redis-get-set': GetSet,
  'redis-lua': Lua,
};
