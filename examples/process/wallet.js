// A wallet to be tested: stress run --target process --start "node examples/process/wallet.js" -w wallet
// It loses updates: between its read of a balance and its write, others get their turn. With the argument "mutex" they don't.
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

let balances = [];
let last = Promise.resolve(); // the change before, with "mutex"

async function change(wallet, by) {
  const before = balances[wallet];
  await sleep(1); // a real one asks its database here
  if (before + by < 0) return { type: 'refused' };
  balances[wallet] = before + by;
  return { balance: before + by };
}

const inTurn = process.argv[2] === 'mutex' ? (f) => (last = last.then(f)) : (f) => f();

const messages = {
  hello: () => ({ name: 'wallet.js', operations: ['deposit', 'deduct', 'read'] }),
  init: ({ params }) => { balances = Array(params.keys).fill(params.initial); },
  deposit: ({ wallet, amount }) => inTurn(() => change(wallet, amount)),
  deduct: ({ wallet, amount }) => inTurn(() => change(wallet, -amount)),
  read: ({ wallet }) => ({ balance: balances[wallet] }),
  close: () => {},
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const m = JSON.parse(line);
  const answer = m.type in messages ? await messages[m.type](m) : { type: 'error', code: 10, text: 'no such message' };
  console.log(JSON.stringify({ type: `${m.type}_ok`, in_reply_to: m.msg_id, ...answer }));
});
