package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/spec"
)

// TestListsOfPaths holds that a list has what a path finds, also if that is one value.
func TestListsOfPaths(t *testing.T) {
	for _, c := range []struct {
		path string
		body any
		want any // nil: the answer does not tell the list
	}{
		{"$.all[*].b", map[string]any{"all": []any{map[string]any{"b": int64(7)}, map[string]any{"b": int64(8)}}}, []int64{7, 8}},
		{"$.all[*].b", map[string]any{"all": []any{map[string]any{"b": int64(7)}}}, []int64{7}},
		{"$..b", map[string]any{"b": []any{}}, []int64{}},
		{"$.b", map[string]any{"b": []any{int64(7)}}, []int64{7}},
		{"$.b", map[string]any{"b": int64(7)}, nil},
		{"$.all[*].b", map[string]any{"all": []any{}}, nil},
	} {
		s, err := spec.Parse("stress.yaml", []byte(`stress: http/1
workload: transfer-report
url: http://127.0.0.1:1
operations:
  transfer:
    request: POST /transfers
  read:
    request: GET /${wallet}
    output: {balance: $.balance}
  read-all:
    request: GET /
    output: {balances: "`+c.path+`"}
`))
		require.NoError(t, err)
		m, told := s.Calls["read-all"].Read(200, spec.Scope{"status": 200, "body": c.body, "headers": map[string]string{}})
		if c.want == nil {
			require.Equal(t, history.Unknown, m.Outcome, "%v", c)
			continue
		}
		require.Equal(t, history.OK, m.Outcome, m.Text)
		require.Equal(t, c.want, told["balances"])
	}
}
