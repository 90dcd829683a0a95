package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

// TestAddressesOfDependencies holds that the service is told a dependency's address, and the proxy's in its place where
// answers are held.
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

// TestADelayOfWhatNobodyKnows holds that a delay which can't be made is an error, unless a strategy says that it needs the
// variable.
func TestADelayOfWhatNobodyKnows(t *testing.T) {
	const file = `stress: http/1
workload: counter
url: http://127.0.0.1:1
start: "true"
dependencies: {NOSUCH_URL: {delay: 3ms}}
operations:
  add: {request: POST /}
  read: {request: GET /, output: {value: $.value}}
`
	s, err := spec.Parse("stress.yaml", []byte(file))
	require.NoError(t, err)
	_, err = Start(t.Context(), Config{Service: s})
	require.EqualError(t, err, "dependencies.NOSUCH_URL: nobody knows where it is, so that nothing would be held: "+
		"set NOSUCH_URL, or say its address")
	s, err = spec.Parse("stress.yaml", []byte(file+"strategies: {plain: {}, stored: {needs: [NOSUCH_URL]}}\n"))
	require.NoError(t, err)
	env, err := (&Host{}).environment(t.Context(), Config{Service: s})
	require.NoError(t, err)
	require.Empty(t, env)
}

// TestAnInterruptedPrepare holds that nothing is started after it, and that the error is why it was interrupted.
func TestAnInterruptedPrepare(t *testing.T) {
	s, err := spec.Parse(filepath.Join(t.TempDir(), "stress.yaml"), []byte(`stress: http/1
workload: counter
url: http://127.0.0.1:1
prepare: touch prepared; sleep 1000
start: touch started
operations:
  add: {request: POST /}
  read: {request: GET /, output: {value: $.value}}
`))
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("the user has had enough")
	var told []string
	done := make(chan error, 1)
	go func() {
		_, err := Start(ctx, Config{Service: s, Preparing: func(what string) { told = append(told, what) }})
		done <- err
	}()
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(s.Dir, "prepared"))
		return err == nil
	}, time.Minute, time.Millisecond)
	cancel(enough)
	require.ErrorIs(t, <-done, enough)
	require.Equal(t, []string{"prepares: touch prepared; sleep 1000"}, told)
	require.NoFileExists(t, filepath.Join(s.Dir, "started"))
}

// TestAMissingVariable holds that nothing is run, and no proxy started, for a service that could not be asked.
func TestAMissingVariable(t *testing.T) {
	s, err := spec.Parse(filepath.Join(t.TempDir(), "stress.yaml"), []byte(`stress: http/1
workload: counter
url: http://127.0.0.1:1
prepare: touch prepared
start: touch started
headers: {authorization: 'Bearer ${env.NOSUCH_TOKEN}'}
dependencies: {NOSUCH_URL: {address: '127.0.0.1:1', listen: 'nowhere', delay: 1ms}}
operations:
  add: {request: POST /}
  read: {request: GET /, output: {value: $.value}}
`))
	require.NoError(t, err)
	_, err = Start(t.Context(), Config{Service: s, Preparing: func(what string) { t.Error(what) }})
	require.EqualError(t, err, s.Path+" names ${env.NOSUCH_TOKEN}: set the variable NOSUCH_TOKEN")
	require.NoFileExists(t, filepath.Join(s.Dir, "prepared"))
	require.NoFileExists(t, filepath.Join(s.Dir, "started"))
}

// TestThePort holds that one which is told is taken, and that a free one is looked for if the file names it, and only then.
func TestThePort(t *testing.T) {
	for url, free := range map[string]bool{"http://127.0.0.1:1": false, "http://127.0.0.1:${port}": true} {
		s, err := spec.Parse("stress.yaml", []byte("stress: http/1\nworkload: counter\nurl: "+url+`
operations:
  add: {request: POST /}
  read: {request: GET /, output: {value: $.value}}
`))
		require.NoError(t, err)
		h, err := Start(t.Context(), Config{Service: s})
		require.NoError(t, err)
		require.Equal(t, free, h.Port() != 0)
		require.NoError(t, h.Stop(t.Context()))
		h, err = Start(t.Context(), Config{Service: s, Port: 80})
		require.NoError(t, err)
		require.Equal(t, 80, h.Port())
		require.NoError(t, h.Stop(t.Context()))
	}
}
