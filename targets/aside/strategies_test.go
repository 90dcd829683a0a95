package aside

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets/cachetest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/cache"
)

// eachPair runs fn on what is embedded, and on the servers that the test may use.
func eachPair(t *testing.T, fn func(t *testing.T, p Pair, dsn string)) {
	t.Helper()
	for _, d := range []db.Dialect{db.SQLite(), db.Postgres(), db.MariaDB()} {
		t.Run(d.Name(), func(t *testing.T) {
			dsn := ""
			if d.NeedsDSN() {
				dsn = testenv.DSNs(t, "STRESS_"+strings.ToUpper(d.Name())+"_DSN", "STRESS_REDIS_DSN")
			}
			fn(t, Pair{d}, dsn)
		})
	}
}

func TestSequential(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		for _, s := range p.Strategies() {
			if s.Name != "expire-only" { // which is stale even when nobody else is there
				t.Run(s.Name, func(t *testing.T) { cachetest.Sequential(t, s, dsn) })
			}
		}
	})
}

// TestOvertaken holds one client at a step while another makes its operation: what makes each broken strategy break, and none
// of the correct ones.
func TestOvertaken(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		for _, c := range []struct {
			strategy string
			first    cache.Kind
			step     string
			second   cache.Kind
			stale    bool
		}{
			{"delete-then-write", cache.Write, "write source", cache.Read, true},
			{"write-then-delete", cache.Write, "delete", cache.Read, false},
			{"write-then-delete", cache.Read, "set", cache.Write, true},
			{"write-then-set", cache.Write, "set", cache.Write, true},
			{"double-delete", cache.Read, "set", cache.Write, true},
			{"set-if-newer", cache.Read, "set if newer", cache.Write, false},
			{"set-if-newer", cache.Write, "set if newer", cache.Read, false},
			{"set-if-newer", cache.Write, "set if newer", cache.Write, false},
			{"lease", cache.Read, "fill with lease", cache.Write, false},
			{"lease", cache.Read, "load from source", cache.Write, false},
			{"lease", cache.Write, "delete and revoke", cache.Read, false},
			{"lease", cache.Write, "delete and revoke", cache.Write, false},
			{"no-cache", cache.Read, "load from source", cache.Write, false},
		} {
			t.Run(c.strategy+" "+c.first.String()+" "+c.step, func(t *testing.T) {
				s := cachetest.Find(t, p.Strategies(), c.strategy)
				v := cachetest.Held(t, s, dsn, c.first, c.step, c.second).Verdict
				if !c.stale {
					require.Equal(t, checkers.Valid, v.Status, v.Text())
					return
				}
				require.Len(t, v.Anomalies, 1, v.Text())
				require.Equal(t, checkers.StaleCache, v.Anomalies[0].Name)
				require.Contains(t, v.Anomalies[0].Ops, 0)
				require.Contains(t, v.Anomalies[0].Ops, 1)
			})
		}
	})
}

// TestARevokedLeaseIsReadAgain holds that a reader whose token was revoked gives the new version, which it may fill.
func TestARevokedLeaseIsReadAgain(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		s := cachetest.Find(t, p.Strategies(), "lease")
		r := cachetest.Held(t, s, dsn, cache.Read, "fill with lease", cache.Write)
		require.Equal(t, cache.Output{Version: 1, Filled: true}, r.History.Ops[0].Output)
		require.EqualValues(t, 1, r.Stats.Retries)
	})
}

// TestANewerVersionIsGivenAsItIs holds that a reader who was overtaken gives what the cache holds by then, and fills nothing.
func TestANewerVersionIsGivenAsItIs(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		s := cachetest.Find(t, p.Strategies(), "set-if-newer")
		r := cachetest.Held(t, s, dsn, cache.Read, "set if newer", cache.Write)
		require.Equal(t, cache.Output{Version: 1}, r.History.Ops[0].Output)
		require.Equal(t, cache.Output{Version: 1, Filled: true}, r.History.Ops[1].Output)
	})
}

// TestAWriteWhoseCacheWasNotToldIsUnknown holds that only a write of which nothing was done has failed, and that a read never
// is of unknown outcome.
func TestAWriteWhoseCacheWasNotToldIsUnknown(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		for _, c := range []struct {
			strategy string
			kind     cache.Kind
			step     string
			want     history.Outcome
		}{
			{"delete-then-write", cache.Write, "delete", history.Failed},
			{"delete-then-write", cache.Write, "write source", history.Failed},
			{"write-then-delete", cache.Write, "write source", history.Failed},
			{"write-then-delete", cache.Write, "delete", history.Unknown},
			{"write-then-set", cache.Write, "set", history.Unknown},
			{"set-if-newer", cache.Write, "set if newer", history.Unknown},
			{"lease", cache.Write, "delete and revoke", history.Unknown},
			{"write-then-set", cache.Read, "get", history.Failed},
			{"write-then-set", cache.Read, "load from source", history.Failed},
			{"write-then-set", cache.Read, "set", history.Failed},
			{"lease", cache.Read, "get or lease", history.Failed},
			{"lease", cache.Read, "fill with lease", history.Failed},
		} {
			s := cachetest.Find(t, p.Strategies(), c.strategy)
			got := cachetest.Refused(t, s, dsn, c.kind, c.step).Outcome
			require.Equal(t, c.want, got, "%s: %v without %q", c.strategy, c.kind, c.step)
		}
	})
}

// TestNothingIsLeft holds that all rows are there, and that the keys of a run are deleted after it; that tables are is held
// where they are made.
func TestNothingIsLeft(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) {
		made := p.Strategies()[2].New(dsn, 1)(cachetest.New(t, 600))
		_, err := made.Open(t.Context(), 0)
		require.ErrorContains(t, err, "before Setup")
		require.NoError(t, made.Setup(t.Context()))
		c, err := made.Open(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, cache.Output{Version: 1, Filled: true}, cachetest.Do(t, c, cache.Write, 599))
		require.NoError(t, c.Close())
		prefix := made.(*target).redis.Names().Prefix()
		require.NoError(t, made.Close(t.Context()))
		if _, address := p.split(dsn); address != "" {
			o, err := redis.ParseURL(address)
			require.NoError(t, err)
			o.Protocol = 2
			bystander := redis.NewClient(o)
			defer func() { require.NoError(t, bystander.Close()) }()
			left, _, err := bystander.Scan(t.Context(), 0, prefix+"*", 1_000_000).Result()
			require.NoError(t, err)
			require.Empty(t, left)
		}
	})
}

func TestDSN(t *testing.T) {
	for _, c := range []struct {
		d                           db.Dialect
		dsn, database, redis, wrong string
	}{
		{db.SQLite(), "", "", "", ""},
		{db.SQLite(), "redis://host:1", "", "redis://host:1", ""},
		{db.SQLite(), "/tmp redis://host:1", "/tmp", "redis://host:1", ""},
		{db.SQLite(), "host:1", "", "host:1", "the Redis DSN can't be read"},
		{db.Postgres(), "postgres://u:secret@h/d redis://:secret@host:1", "postgres://u:secret@h/d", "redis://:secret@host:1", ""},
		{db.Postgres(), "host=h user=u password=secret redis://host:1", "host=h user=u password=secret", "redis://host:1", ""},
		{db.Postgres(), "postgres://u:secret@h/d", "postgres://u:secret@h/d", "", "the DSN is two, with a space between"},
		{db.Postgres(), "http://u:secret@h/d redis://host:1", "http://u:secret@h/d", "redis://host:1", "not one of PostgreSQL"},
		{db.MariaDB(), "u:secret@tcp(h:1)/d redis://host:1", "u:secret@tcp(h:1)/d", "redis://host:1", ""},
		{db.MariaDB(), "u:secret@tcp(h:1)/d redis://:secret@host:1?x=1", "u:secret@tcp(h:1)/d", "redis://:secret@host:1?x=1",
			"parameters"},
	} {
		p := Pair{c.d}
		database, redis := p.split(c.dsn)
		require.Equal(t, c.database, database)
		require.Equal(t, c.redis, redis)
		err := p.Validate(c.dsn)
		if c.wrong == "" {
			require.NoError(t, err, c.dsn)
			continue
		}
		require.ErrorContains(t, err, c.wrong)
		require.NotContains(t, err.Error(), "secret")
		require.Equal(t, err, p.Check(t.Context(), c.dsn))
	}
}

func TestCheck(t *testing.T) {
	eachPair(t, func(t *testing.T, p Pair, dsn string) { require.NoError(t, p.Check(t.Context(), dsn)) })
	err := Pair{db.SQLite()}.Check(t.Context(), "redis://127.0.0.1:1")
	require.ErrorContains(t, err, "127.0.0.1:1")
}
