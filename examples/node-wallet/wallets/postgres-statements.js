import { Conflict, Insufficient, NoSuchWallet } from './errors.js';
import { PostgresWallets } from './postgres.js';
import { retry } from './retry.js';

// Strategies whose statements each stand alone.

class ReadModifyWrite extends PostgresWallets {
  async change(id, by) {
    const { balance: before } = await this.select(id);
    const balance = before + by;
    if (balance < 0) throw new Insufficient(before);

    await this.update(id, balance);
    return { balance, before };
  }

  async transfer(from, to, amount) {
    const source = await this.select(from);
    const destination = await this.select(to);
    if (source.balance < amount) throw new Insufficient(source.balance);

    await this.update(from, source.balance - amount);
    await this.update(to, destination.balance + amount);
  }
}

class Optimistic extends PostgresWallets {
  change(id, by) {
    return retry(async () => {
      const { balance: before, version } = await this.select(id);
      const balance = before + by;
      if (balance < 0) throw new Insufficient(before);

      const count = await this.updateWhere({ id, version }, balance);
      if (count === 0) throw new Conflict();
      return { balance, before };
    });
  }

  async updateWhere({ id, version }, balance) {
    const { rowCount } = await this.pool.query(
      `UPDATE ${this.table} SET balance = $1, version = version + 1 WHERE id = $2 AND version = $3`,
      [balance, id, version],
    );
    return rowCount;
  }
}

/** The same with an ORM's updateMany({ where, data }), which looks for the rows' keys first. */
class UpdateMany extends Optimistic {
  async updateWhere({ id, version }, balance) {
    const { rows } = await this.pool.query(
      `SELECT id FROM ${this.table} WHERE id = $1 AND version = $2`,
      [id, version],
    );
    const ids = rows.map((row) => row.id);
    const { rowCount } = await this.pool.query(
      `UPDATE ${this.table} SET balance = $1, version = version + 1 WHERE id = ANY($2)`,
      [balance, ids],
    );
    return rowCount;
  }
}

class Atomic extends PostgresWallets {
  async change(id, by) {
    const balance = await this.add(id, by);
    return { balance, before: balance - by };
  }

  async transfer(from, to, amount) {
    const changes = [{ id: from, by: -amount }, { id: to, by: amount }];
    // In the same order whatever the direction, so that transfers don't wait for each other in a circle.
    changes.sort((a, b) => (a.id < b.id ? -1 : 1));
    await this.transaction(async (client) => {
      for (const { id, by } of changes) await this.add(id, by, { client });
    });
  }

  async add(id, by, { client = this.pool } = {}) {
    const { rows } = await client.query(
      `UPDATE ${this.table} SET balance = balance + $1 WHERE id = $2 AND balance + $1 >= 0 RETURNING balance`,
      [by, id],
    );
    if (rows.length === 1) return rows[0].balance;

    // Nothing was updated. The balance that refused is not told, and may be another one by now.
    const { rowCount } = await client.query(`SELECT 1 FROM ${this.table} WHERE id = $1`, [id]);
    throw rowCount === 0 ? new NoSuchWallet() : new Insufficient();
  }
}

export const strategies = {
  'pg-read-modify-write': ReadModifyWrite,
  'pg-update-many': UpdateMany,
  'pg-atomic': Atomic,
  'pg-optimistic': Optimistic,
};
