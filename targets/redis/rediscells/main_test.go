package rediscells

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/internal/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func eachStrategy(t *testing.T, fn func(t *testing.T, s cells.Strategy, dsn string)) {
	conntest.EachServer(t, func(t *testing.T, dsn string) {
		for _, s := range Strategies() {
			t.Run(s.Name, func(t *testing.T) { fn(t, s, dsn) })
		}
	})
}
