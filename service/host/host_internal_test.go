package host

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestAddressesOfDependencies holds that the service is told a dependency's address, and the proxy's in its place where answers
// are held.
func TestAddressesOfDependencies(t *testing.T) {
	t.Setenv("CACHE_URL", "redis://127.0.0.1:2/0")
	s, err := spec.Parse("stress.yaml", []byte(`stress: http/1
workload: counter
url: http://127.0.0.1:1
start: "true"
dependencies:
  DATABASE_URL:
    address: postgres://127.0.0.1:3/test
  REDIS_URL:
    address: redis://127.0.0.1:4/0
    delay: 1ms
  CACHE_URL:
    delay: 1ms
operations:
  add:
    request: POST /${key}
  read:
    request: GET /${key}
    output:
      value: $.value
`))
	require.NoError(t, err)
	h := &Host{}
	env, err := h.environment(t.Context(), Config{Service: s})
	require.NoError(t, err)
	defer func() { require.NoError(t, h.Stop(t.Context())) }()
	require.Len(t, h.proxies, 2)
	require.Equal(t, "127.0.0.1:2", h.proxies[0].upstream)
	require.Equal(t, "127.0.0.1:4", h.proxies[1].upstream)
	require.Equal(t, []string{
		"CACHE_URL=redis://" + h.proxies[0].proxy.Addr() + "/0",
		"DATABASE_URL=postgres://127.0.0.1:3/test",
		"REDIS_URL=redis://" + h.proxies[1].proxy.Addr() + "/0",
	}, env)
	require.Equal(t, time.Millisecond, h.proxies[1].delay)
}
