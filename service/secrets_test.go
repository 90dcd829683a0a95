package service_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service"
)

const loggedIn = `stress: http/1
workload: wallet
url: http://127.0.0.1:1
setup:
  - each: wallet
    request: POST /login/${wallet}
    keep: {token: $.token}
operations:
  deduct:
    request: POST /wallets/${wallet}
    headers: {authorization: "Bearer ${token[wallet]}"}
  read:
    request: GET /wallets/${wallet}
    headers: {authorization: "Bearer ${token[wallet]}"}
    output: {balance: $.balance}
`

// TestTokensAreInNoLog holds that what go test prints has no token of an object, which the service repeats.
func TestTokensAreInNoLog(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, status := map[string]string{"token": "hush-" + filepath.Base(r.URL.Path)}, http.StatusOK
		if token := r.Header.Get("Authorization"); token != "" {
			answer, status = map[string]string{"error": "no such token: " + token}, http.StatusUnauthorized
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // whoever does not read it says so
	}))
	t.Cleanup(s.Close)
	file := filepath.Join(t.TempDir(), "wallet.yaml")
	require.NoError(t, os.WriteFile(file, []byte(loggedIn), 0o600))
	f := &fake{t: t}
	service.Test(f, service.Spec{File: file, URL: s.URL}, harness.Clients(2), harness.Ops(10), harness.Cases("off"))
	require.NotEmpty(t, f.errors)
	told := strings.Join(append(f.errors, f.logs...), "\n")
	require.Regexp(t, `no such token: Bearer \$\{token\[[0-3]\]\}`, told)
	require.NotContains(t, told, "hush")
}
