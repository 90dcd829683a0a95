import * as memory from './memory.js';
import { openPostgres } from './postgres.js';
import * as postgresStatements from './postgres-statements.js';
import * as postgresTransactions from './postgres-transactions.js';
import { openRedis } from './redis.js';
import * as redisCommands from './redis-commands.js';
import * as redisLocks from './redis-locks.js';

const stores = [
  { strategies: memory.strategies },
  {
    variable: 'DATABASE_URL',
    strategies: { ...postgresStatements.strategies, ...postgresTransactions.strategies },
    open: (url, { WALLET_TABLE: table = 'stress_node_wallets', DATABASE_POOL_MAX: max = 20 }) =>
      openPostgres(url, { table, max: Number(max) }),
  },
  {
    variable: 'REDIS_URL',
    strategies: { ...redisCommands.strategies, ...redisLocks.strategies },
    open: (url, { WALLET_PREFIX: keyPrefix = 'stress_node_wallets:' }) =>
      openRedis(url, { keyPrefix, scripts: { ...redisCommands.scripts, ...redisLocks.scripts } }),
  },
];

/**
 * Opens the stores whose variable is set. `strategies` has all, by name: `{ wallets }`, or `{ missing }` with the name of
 * the variable to set.
 */
export async function openWallets(env) {
  const strategies = new Map();
  const opened = [];
  const close = () => Promise.all(opened.map((store) => store.close()));

  for (const { variable, strategies: classes, open } of stores) {
    const missing = variable && !env[variable] ? variable : undefined;
    let store;
    if (open && !missing) {
      try {
        store = await open(env[variable], env);
      } catch (error) {
        await close();
        throw new Error(`${variable}: can't connect: ${error.message || error.code}`);
      }
      opened.push(store);
    }
    for (const [name, Wallets] of Object.entries(classes)) {
      strategies.set(name, missing ? { missing } : { wallets: new Wallets(store) });
    }
  }
  return { strategies, close };
}
