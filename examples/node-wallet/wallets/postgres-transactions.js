import { Insufficient } from './errors.js';
import { PostgresWallets } from './postgres.js';
import { retry } from './retry.js';

// Strategies that read, compute and write in one transaction. They differ in how it begins, and how it reads.

class Transaction extends PostgresWallets {
  begin = 'BEGIN';
  lock = '';

  change(id, by) {
    return this.transaction(async (client) => {
      const { balance: before } = await this.select(id, { client, lock: this.lock });
      const balance = before + by;
      if (balance < 0) throw new Insufficient(before);

      await this.update(id, balance, { client });
      return { balance, before };
    }, this.begin);
  }

  transfer(from, to, amount) {
    // In the same order whatever the direction, so that transfers don't wait for each other in a circle.
    const ids = [from, to].sort();
    return this.transaction(async (client) => {
      const balances = {};
      for (const id of ids) balances[id] = (await this.select(id, { client, lock: this.lock })).balance;
      if (balances[from] < amount) throw new Insufficient(balances[from]);

      balances[from] -= amount;
      balances[to] += amount;
      for (const id of ids) await this.update(id, balances[id], { client });
    }, this.begin);
  }
}

class RowLock extends Transaction {
  lock = 'FOR UPDATE';
}

class Serializable extends Transaction {
  begin = 'BEGIN ISOLATION LEVEL SERIALIZABLE';

  // The database refuses to serialize some transactions, and expects to be asked again.
  transaction(work, begin) {
    return retry(() => super.transaction(work, begin));
  }
}

export const strategies = {
  'pg-transaction': Transaction,
  'pg-row-lock': RowLock,
  'pg-serializable': Serializable,
};
