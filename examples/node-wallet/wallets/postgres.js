import pg from 'pg';
import { Conflict, NoSuchWallet } from './errors.js';

const { escapeIdentifier, Pool } = pg;

// pg gives a bigint as a string, since it may be larger than a number can be. A balance here is not.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// serialization_failure and deadlock_detected: the database has undone the transaction.
const UNDONE = new Set(['40001', '40P01']);

/** Connects, and makes the table if there is none. */
export async function openPostgres(url, { max, table }) {
  const pool = new Pool({ connectionString: url, max });
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', (error) => console.error('PostgreSQL:', error.message));
  try {
    await createTable(pool, table);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { pool, table: escapeIdentifier(table), close: () => pool.end() };
}

async function createTable(pool, table) {
  await inTransaction(pool, 'BEGIN', async (client) => {
    // Even with IF NOT EXISTS, two instances that start together can get in each other's way.
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [table]);
    await client.query(`CREATE TABLE IF NOT EXISTS ${escapeIdentifier(table)} (
      id text PRIMARY KEY,
      balance bigint NOT NULL,
      version bigint NOT NULL DEFAULT 0
    )`);
  });
}

async function inTransaction(pool, begin, work) {
  const client = await pool.connect();
  let broken;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that can't even roll back does not return to the pool.
    await client.query('ROLLBACK').catch((failure) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** What all strategies on PostgreSQL share: everything but the change of a balance. */
export class PostgresWallets {
  constructor({ pool, table }) {
    this.pool = pool;
    this.table = table;
  }

  async put(id, balance) {
    await this.pool.query(
      `INSERT INTO ${this.table} (id, balance) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET balance = EXCLUDED.balance, version = ${this.table}.version + 1`,
      [id, balance],
    );
  }

  async get(id) {
    return (await this.select(id)).balance;
  }

  async remove(id) {
    await this.pool.query(`DELETE FROM ${this.table} WHERE id = $1`, [id]);
  }

  async select(id, { client = this.pool, lock = '' } = {}) {
    const { rows } = await client.query(`SELECT balance, version FROM ${this.table} WHERE id = $1 ${lock}`, [id]);
    if (rows.length === 0) throw new NoSuchWallet();
    return rows[0];
  }

  async update(id, balance, { client = this.pool } = {}) {
    await client.query(`UPDATE ${this.table} SET balance = $1 WHERE id = $2`, [balance, id]);
  }

  async transaction(work, begin = 'BEGIN') {
    try {
      return await inTransaction(this.pool, begin, work);
    } catch (error) {
      if (UNDONE.has(error.code)) throw new Conflict(error.message, { cause: error });
      throw error;
    }
  }
}
