package memory

import (
	"fmt"
	"os"
	"testing"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells/cellstest"
)

func TestMeasure(t *testing.T) {
	dsns := []string{""}
	if "memory" == "redis" { dsns = append(dsns, os.Getenv("STRESS_REDIS_DSN")) }
	for _, dsn := range dsns {
		for _, s := range Strategies() {
			if s.Serves("counter") {
			lost := cellstest.Lost(t, s, dsn, 8, 100)
			fmt.Printf("MEASURE %q %s bare lost %.1f%%\n", dsn, s.Name, float64(lost)/8)
			}
			t.Run(fmt.Sprintf("%q/%s", dsn, s.Name), func(t *testing.T) {
				for seed := range uint64(20) {
					cellstest.Verdicts(t, s, dsn, harness.Clients(8), harness.Ops(800), harness.Seed(seed+100))
				}
			})
		}
	}
}
