import { Mutex } from 'async-mutex';
import PQueue from 'p-queue';
import { Insufficient, NoSuchWallet } from './errors.js';
import { FraudCheck } from './fraud.js';

class MemoryWallets {
  balances = new Map();
  fraud = new FraudCheck();

  async put(id, balance) {
    this.balances.set(id, balance);
  }

  async get(id) {
    const balance = this.balances.get(id);
    if (balance === undefined) throw new NoSuchWallet();
    return balance;
  }

  async remove(id) {
    this.balances.delete(id);
  }
}

class Await extends MemoryWallets {
  async change(id, by) {
    const before = await this.get(id);
    const balance = before + by;
    if (balance < 0) throw new Insufficient(before);

    await this.fraud.check();
    this.balances.set(id, balance);
    return { balance, before };
  }

  async transfer(from, to, amount) {
    const source = await this.get(from);
    const destination = await this.get(to);
    if (source < amount) throw new Insufficient(source);

    await this.fraud.check();
    this.balances.set(from, source - amount);
    this.balances.set(to, destination + amount);
  }
}

// The strategies below do the same as the one above, one after the other for each wallet.

class WithMutex extends Await {
  mutexes = new Map();

  mutex(id) {
    if (!this.mutexes.has(id)) this.mutexes.set(id, new Mutex());
    return this.mutexes.get(id);
  }

  put(id, balance) {
    return this.mutex(id).runExclusive(() => super.put(id, balance));
  }

  remove(id) {
    return this.mutex(id).runExclusive(() => super.remove(id));
  }

  change(id, by) {
    return this.mutex(id).runExclusive(() => super.change(id, by));
  }

  transfer(from, to, amount) {
    // Always in the same order: otherwise two transfers in opposite directions wait for each other forever.
    const [first, second] = [from, to].sort();
    return this.mutex(first).runExclusive(() =>
      this.mutex(second).runExclusive(() => super.transfer(from, to, amount)),
    );
  }
}

class WithQueue extends Await {
  queues = new Map();

  queue(id) {
    if (!this.queues.has(id)) this.queues.set(id, new PQueue({ concurrency: 1 }));
    return this.queues.get(id);
  }

  put(id, balance) {
    return this.queue(id).add(() => super.put(id, balance));
  }

  remove(id) {
    return this.queue(id).add(() => super.remove(id));
  }

  change(id, by) {
    return this.queue(id).add(() => super.change(id, by));
  }

  // Two wallets have two queues: there is no place in both at once.
  transfer = undefined;
}

export const strategies = {
  'memory-await': Await,
  'memory-mutex': WithMutex,
  'memory-queue': WithQueue,
};
