package rediscells

import (
	"context"
	"errors"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
	"github.com/lostupdate/stress/workloads/wallet"
)

// reporter reads all cells in the way of one strategy, over one connection.
type reporter func(ctx context.Context, over *conn.Conn, keys []string) ([]int64, error)

// reporting is a store whose clients have their own way of reading all cells.
type reporting struct {
	*store
	report reporter
}

// newReporting makes the New of a strategy. The server moves money by a script in all of them.
func newReporting(r reporter) func(string, uint64) cells.Store {
	return func(dsn string, seed uint64) cells.Store {
		return reporting{newStore(scripted)(dsn, seed).(*store), r}
	}
}

func (s reporting) Open(ctx context.Context, client int) (cells.Session, error) {
	opened, err := s.store.Open(ctx, client)
	if err != nil {
		return nil, err
	}
	return reportingSession{opened.(*session), s.report}, nil
}

type reportingSession struct {
	*session
	report reporter
}

func (s reportingSession) ReadAll(ctx context.Context) ([]int64, error) {
	over, err := s.main.Wait(ctx)
	if err != nil {
		return nil, harness.NotApplied(err)
	}
	return s.report(ctx, over, s.names.cells(s.cells))
}

// inChunks reads so many keys by one command.
func inChunks(size int) reporter {
	return func(ctx context.Context, over *conn.Conn, keys []string) (all []int64, err error) {
		for some := range slices.Chunk(keys, size) {
			values, err := conn.Values(ctx, over, "read values", some)
			if err != nil {
				return nil, err
			}
			all = append(all, values...)
		}
		return all, nil
	}
}

func byMGet(ctx context.Context, over *conn.Conn, keys []string) ([]int64, error) {
	return conn.Values(ctx, over, "read all", keys)
}

// inMulti reads each key by a command of its own, all in one transaction.
func inMulti(ctx context.Context, over *conn.Conn, keys []string) ([]int64, error) {
	gets := make([]*redis.StringCmd, len(keys))
	err := conn.Exec(ctx, over, func(ctx context.Context, p redis.Pipeliner) error {
		for i, key := range keys {
			gets[i] = p.Get(ctx, key)
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, harness.NotApplied(err)
	}
	texts := make([]any, len(keys))
	for i, get := range gets {
		if text, err := get.Result(); err == nil {
			texts[i] = text
		}
	}
	return conn.Numbers(keys, texts)
}

// allScript answers with what the keys hold.
const allScript = `
local all = {}
for i = 1, #KEYS do all[i] = redis.call('GET', KEYS[i]) end
return all
`

func byScript(ctx context.Context, over *conn.Conn, keys []string) ([]int64, error) {
	texts, err := conn.Look(ctx, over, "read all", func(ctx context.Context, c *redis.Client) ([]any, error) {
		return c.Eval(ctx, allScript, keys).Slice()
	})
	if err != nil {
		return nil, err
	}
	return conn.Numbers(keys, texts)
}

// Reports lists the ways in which this package reports all cells while money moves between them, the broken ones first.
func Reports() []cells.Strategy {
	all := []cells.Strategy{
		{
			Name: "get-by-get",
			Summary: "A GET for each key: what moves meanwhile from a key still to be read to one that was is missing, and what " +
				"moves the other way counts twice.",
			Shows: skewed(), New: newReporting(inChunks(1)),
		}, {
			Name:    "mget-in-chunks",
			Summary: "An MGET for each few keys: what moves meanwhile from one chunk to the other is missing or counts twice.",
			Shows:   skewed(), New: newReporting(inChunks(2)),
		}, {
			Name:    "mget",
			Summary: "One MGET of all keys: the server runs one command at a time.",
			New:     newReporting(byMGet),
		}, {
			Name:    "multi-exec",
			Summary: "A GET for each key between MULTI and EXEC: the server lets nothing else come in between.",
			New:     newReporting(inMulti),
		}, {
			Name:    "lua",
			Summary: "A script that reads all keys: the server runs one at a time.",
			New:     newReporting(byScript),
		},
	}
	for i := range all {
		all[i].Workloads = []string{wallet.ReportName}
	}
	return all
}

func skewed() map[string]string { return map[string]string{wallet.ReportName: checkers.ReadSkew} }
