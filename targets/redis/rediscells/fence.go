package rediscells

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// errFenced says that a younger holder of the lock has been at the cell: nothing was read or written.
var errFenced = errors.New("redis: the lock has expired and somebody else has taken it")

func isTakenOrFenced(err error) bool { return isTaken(err) || errors.Is(err, errFenced) }

// fencedReadScript has as keys a cell and its fence, for each cell, and as arguments the locks' tokens. It lets no
// older holder than this one write any more. To check on the write alone would not do: of two holders, the older could
// write after the younger has read, and the younger then writes over it.
const fencedReadScript = `
for i = 1, #ARGV do
	local latest = redis.call('GET', KEYS[2 * i])
	if latest and tonumber(latest) > tonumber(ARGV[i]) then return {} end
end
local found = {}
for i = 1, #ARGV do
	redis.call('SET', KEYS[2 * i], ARGV[i])
	found[i] = redis.call('GET', KEYS[2 * i - 1])
end
return found
`

// fencedWriteScript has the same keys, and as arguments first the tokens, then the values.
const fencedWriteScript = `
local n = #KEYS / 2
for i = 1, n do
	if redis.call('GET', KEYS[2 * i]) ~= ARGV[i] then return 0 end
end
for i = 1, n do redis.call('SET', KEYS[2 * i - 1], ARGV[n + i]) end
return 1
`

// fenced reads and writes under the same locks, but the cells refuse whoever holds one no longer.
func fenced(ctx context.Context, j job) (cells.Effect, error) {
	l := locks{lock: setIfAbsentAndCount, unlock: unlockOwn}
	return harness.Retry(ctx, isTakenOrFenced, func(ctx context.Context) (cells.Effect, error) {
		h, err := l.acquire(ctx, j)
		if err != nil {
			return cells.Effect{}, err
		}
		defer l.release(ctx, j, h)
		return j.throughFence(ctx, h)
	})
}

func (j job) throughFence(ctx context.Context, h held) (cells.Effect, error) {
	before, err := j.fencedFind(ctx, h)
	if err != nil {
		return cells.Effect{}, err
	}
	e := j.change.Saw(before)
	if !e.Applied {
		return e, nil
	}
	if err := j.pause(ctx); err != nil {
		return cells.Effect{}, err
	}
	return e, j.fencedPut(ctx, h, e.After)
}

func (j job) fencedFind(ctx context.Context, h held) (before cells.Pair, err error) {
	keys, tokens := j.fences(h)
	found, err := conn.Look(ctx, j.conn, "read value", func(ctx context.Context, client *redis.Client) ([]any, error) {
		return client.Eval(ctx, fencedReadScript, keys, tokens...).Slice()
	})
	if err != nil {
		return before, err
	}
	if len(found) < j.change.Cells() {
		return before, errFenced
	}
	all, err := conn.Numbers(j.names.of(j.change), found)
	copy(before[:], all)
	return before, err
}

func (j job) fencedPut(ctx context.Context, h held, after cells.Pair) error {
	keys, args := j.fences(h)
	for i := range j.change.Cells() {
		args = append(args, after[i])
	}
	done, err := conn.Commit(ctx, j.conn, "write value", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.Eval(ctx, fencedWriteScript, keys, args...).Int64()
	})
	if err == nil && done == 0 {
		return errFenced
	}
	return err
}

// fences are the keys of the cells and their fences, and the tokens to show there.
func (j job) fences(h held) (keys []string, tokens []any) {
	for i := range j.change.Cells() {
		cell := j.change.Cell(i)
		keys = append(keys, j.names.cell(cell), j.names.fence(cell))
		tokens = append(tokens, h.fence(cell))
	}
	return keys, tokens
}
