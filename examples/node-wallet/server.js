import Fastify from 'fastify';
import { openWallets } from './wallets/index.js';

const MAX_AMOUNT = 1_000_000_000_000; // sums stay far below what a number can hold exactly

const balance = { type: 'integer', minimum: 0, maximum: MAX_AMOUNT };
const amount = { type: 'integer', minimum: 1, maximum: MAX_AMOUNT };
const id = { type: 'string', minLength: 1, maxLength: 100 };

const object = (properties) => ({
  schema: { body: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } },
});

/** The routes of one strategy's wallets. `request.wallets` is the strategy. */
async function routes(app, { strategies }) {
  app.decorateRequest('wallets', null);

  app.addHook('onRequest', async (request, reply) => {
    const strategy = strategies.get(request.params.strategy);
    if (!strategy) return reply.code(404).send({ error: 'no such strategy' });
    if (strategy.missing) return reply.code(501).send({ error: `set ${strategy.missing} to use this strategy` });
    request.wallets = strategy.wallets;
  });

  // Each strategy has wallets of its own, also where they share a table.
  const key = (request, wallet = request.params.id) => `${request.params.strategy}:${wallet}`;

  app.put('/wallets/:id', object({ balance }), async (request, reply) => {
    await request.wallets.put(key(request), request.body.balance);
    return reply.code(201).send({ balance: request.body.balance });
  });

  app.get('/wallets/:id', async (request) => ({ balance: await request.wallets.get(key(request)) }));

  app.delete('/wallets/:id', async (request, reply) => {
    await request.wallets.remove(key(request));
    return reply.code(204).send();
  });

  app.post('/wallets/:id/deposit', object({ amount }), (request) =>
    request.wallets.change(key(request), request.body.amount),
  );

  app.post('/wallets/:id/deduct', object({ amount }), (request) =>
    request.wallets.change(key(request), -request.body.amount),
  );

  app.post('/transfers', object({ from: id, to: id, amount }), async (request, reply) => {
    const { from, to, amount } = request.body;
    if (from === to) return reply.code(400).send({ error: 'from and to are the same wallet' });
    if (!request.wallets.transfer) return reply.code(501).send({ error: 'this strategy has no transfers' });

    await request.wallets.transfer(key(request, from), key(request, to), amount);
    return { from, to, amount };
  });
}

async function main() {
  const { strategies, close } = await openWallets(process.env);

  // A balance that came as "1000" is a mistake of the caller's, and not to be repaired in silence.
  const app = Fastify({ logger: { level: 'error' }, ajv: { customOptions: { coerceTypes: false } } });
  app.addHook('onClose', close);
  app.setErrorHandler((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error(error);
    reply.code(status).send(error.body ?? { error: status < 500 ? error.message : 'unknown outcome' });
  });
  app.get('/health', async () => ({ ok: true }));
  app.register(routes, { prefix: '/:strategy', strategies });

  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => app.close());
  console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) })}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
