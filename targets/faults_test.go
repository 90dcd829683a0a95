package targets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/targets"
)

// TestFaultsHaveTheirPlaces holds that what is wrong with an operation of a type of one's own, or with a rule, is told
// with its own line and column, and all of it.
func TestFaultsHaveTheirPlaces(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"operations": {`workload: custom
operations:
  earn:
    request: POST /
    read-only: true
    draw: {points: 1..5}
    final: true
  spend:
    request: POST /
    final: true
  take:
    request: POST /
invariants:
  - {name: some, holds: keys > 0}
`, `f.yaml:5:3: operations.earn: what is final takes no arguments, since it is made once for each object
f.yaml:10:3: operations.spend: what is final, made after everybody has stopped, must be read-only`},
		"rules": {`workload: custom
operations:
  take:
    request: POST /
invariants:
  - name: right
    holds: len(accepted.take) >= 0
  - name: wrong
    holds: kes > 0
  - name: second
    each: kay
    holds: keys > 0
`, `f.yaml:11:5: invariants.2.holds: rule wrong: column 1: unknown name kes: did you mean keys?
f.yaml:14:5: invariants.3.holds: rule second: each is "kay", and must be "key", "operation" or left out`},
		"beside a workload": {`workload: counter
operations:
  add: {request: POST /}
  read: {request: GET /, output: {value: $.v}}
invariants:
  - name: wrong
    holds: kes > 0
  - name: right
    holds: len(accepted.add) >= 0
  - name: second
    holds: keys
`, `f.yaml:9:5: invariants.1.holds: rule wrong: column 1: unknown name kes: did you mean keys?
f.yaml:13:5: invariants.3.holds: rule second: column 1: it must be true or false, as a comparison is, and is int`},
		"type": {`workload: custom
operations:
  look: {request: GET /, read-only: true}
invariants:
  - name: wrong
    holds: kes > 0
`, `f.yaml:3:1: workload: no operation changes anything: one at least must have a weight and not be read-only`},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := spec.Parse("f.yaml", []byte("stress: http/1\nurl: http://127.0.0.1:1\n"+c.file))
			require.NoError(t, err)
			_, err = targets.Services(s)
			require.ErrorIs(t, err, spec.ErrSpec)
			require.EqualError(t, err, c.want)
		})
	}
}
