package rediscells

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// All scripts check first and write last, so that one that fails has written nothing. They are sent whole, by EVAL: it
// is one round trip always, where EVALSHA is two after the server forgot its scripts. Numbers are added by INCRBY,
// since Lua's own have 53 bits.

// addScript has the arguments delta, and 1 if there is a floor.
const addScript = conn.NeedKeys + `
local before = redis.call('GET', KEYS[1])
if ARGV[2] == '1' and tonumber(before) + tonumber(ARGV[1]) < 0 then return {0, before} end
redis.call('INCRBY', KEYS[1], ARGV[1])
return {1, before}
`

// moveScript has the same arguments. If the second of its writes would overflow, it takes back the first.
const moveScript = conn.NeedKeys + `
local before, to = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if ARGV[2] == '1' and tonumber(before) - tonumber(ARGV[1]) < 0 then return {0, before, to} end
redis.call('INCRBY', KEYS[2], ARGV[1])
local taken = redis.pcall('DECRBY', KEYS[1], ARGV[1])
if type(taken) == 'table' and taken.err then
	redis.call('DECRBY', KEYS[2], ARGV[1])
	return taken
end
return {1, before, to}
`

// setScript has the argument new.
const setScript = conn.NeedKeys + `
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
return {1, before}
`

// casScript has the arguments old and new.
const casScript = conn.NeedKeys + `
local before = redis.call('GET', KEYS[1])
if before ~= ARGV[1] then return {0, before} end
redis.call('SET', KEYS[1], ARGV[2])
return {1, before}
`

func scriptOf(c cells.Change) (script string, args []any) {
	floor := 0
	if c.Floor && (c.Kind == cells.Move || c.Delta < 0) {
		floor = 1
	}
	switch c.Kind {
	case cells.Add:
		return addScript, []any{c.Delta, floor}
	case cells.Move:
		return moveScript, []any{c.Delta, floor}
	case cells.Set:
		return setScript, []any{c.New}
	default:
		return casScript, []any{c.Old, c.New}
	}
}

// scripted has the server carry out the whole change.
func scripted(ctx context.Context, j job) (cells.Effect, error) {
	keys := j.names.of(j.change)
	script, args := scriptOf(j.change)
	reply, err := conn.Commit(ctx, j.conn, "update", func(ctx context.Context, client *redis.Client) ([]any, error) {
		return client.Eval(ctx, script, keys, args...).Slice()
	})
	if err != nil {
		return cells.Effect{}, err
	}
	return j.effect(keys, reply)
}

// effect reads a script's answer: whether it wrote, and what it found.
func (j job) effect(keys []string, reply []any) (cells.Effect, error) {
	if len(reply) != 1+len(keys) {
		return cells.Effect{}, fmt.Errorf("redis: update: the script answered %v", reply)
	}
	found, err := conn.Numbers(keys, reply[1:])
	if err != nil {
		return cells.Effect{}, errors.New(err.Error()) // no longer harness.ErrNotApplied: it may have been
	}
	e := cells.Effect{Applied: reply[0] == int64(1), Seen: true}
	copy(e.Before[:], found)
	if e.After = e.Before; e.Applied {
		e.After, _ = j.change.Next(e.Before)
	}
	return e, nil
}

// increment is the one change for which Redis has a command of its own.
func increment(ctx context.Context, j job) (cells.Effect, error) {
	if j.change.Kind != cells.Add || (j.change.Floor && j.change.Delta < 0) {
		return cells.Effect{}, harness.NotAppliedf("redis: there is no command for that change: use the strategy lua")
	}
	after, err := conn.Commit(ctx, j.conn, "increment", func(ctx context.Context, client *redis.Client) (int64, error) {
		return client.IncrBy(ctx, j.names.cell(j.change.Key), j.change.Delta).Result()
	})
	if err != nil {
		return cells.Effect{}, err
	}
	return j.change.Saw(cells.Pair{after - j.change.Delta}), nil
}
