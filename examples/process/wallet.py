"""A wallet to be tested: stress run --target process --start "python3 examples/process/wallet.py" -w wallet
It loses updates: between its read of a balance and its write, others get their turn. With the argument "mutex" they don't."""
import asyncio, contextlib, json, sys

balances = []
lock = asyncio.Lock() if sys.argv[1:] == ["mutex"] else contextlib.nullcontext()

async def change(wallet, by):
    async with lock:
        before = balances[wallet]
        await asyncio.sleep(0.001)  # a real one asks its database here
        if before + by < 0:
            return {"type": "refused"}
        balances[wallet] = before + by
        return {"balance": before + by}

async def answer(m):
    match m["type"]:
        case "hello": return {"name": "wallet.py", "operations": ["deposit", "deduct", "read"]}
        case "init": balances[:] = [m["params"]["initial"]] * m["params"]["keys"]
        case "deposit": return await change(m["wallet"], m["amount"])
        case "deduct": return await change(m["wallet"], -m["amount"])
        case "read": return {"balance": balances[m["wallet"]]}
        case "close": pass
        case _: return {"type": "error", "code": 10, "text": "no such message"}
    return {}

async def serve(line):
    m = json.loads(line)
    print(json.dumps({"type": m["type"] + "_ok", "in_reply_to": m["msg_id"], **await answer(m)}), flush=True)

async def main():
    async with asyncio.TaskGroup() as tasks:
        while line := await asyncio.to_thread(sys.stdin.readline):
            tasks.create_task(serve(line))

asyncio.run(main())
