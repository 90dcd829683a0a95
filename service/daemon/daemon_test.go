//go:build unix

package daemon_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/service/daemon"
)

func TestAServiceRunsUntilItIsStopped(t *testing.T) {
	cfg, address := server(t)
	cfg.Log = filepath.Join(t.TempDir(), "server.log")
	d := started(t, cfg)
	require.NoError(t, cfg.Health(t.Context()))
	require.True(t, alive(d.Pid()))
	require.Nil(t, d.Stdin())
	require.Nil(t, d.Stdout())
	select {
	case <-d.Done():
		require.Fail(t, "it is done while it runs")
	default:
		require.NoError(t, d.Err())
	}

	require.NoError(t, d.Stop(t.Context()))
	require.NoError(t, d.Stop(t.Context()), "again")
	<-d.Done()
	require.NoError(t, d.Err())
	require.False(t, alive(d.Pid()))
	l, err := net.Listen("tcp", address)
	require.NoError(t, err, "its port must be free")
	require.NoError(t, l.Close())

	log, err := os.ReadFile(cfg.Log)
	require.NoError(t, err)
	require.Equal(t, "listening on "+address+"\n", string(log))
	info, err := os.Stat(cfg.Log)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestAServerOfNodeRunsUntilItIsStopped(t *testing.T) {
	testenv.Program(t, "node")
	address := free(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "server.js"), []byte(`
		require("http").createServer((request, response) => response.end("ok")).listen(process.env.PORT, "127.0.0.1");
		process.on("SIGTERM", () => { console.log("closing"); process.exit(0) })`), 0o600))
	cfg := daemon.Config{
		Command: "node server.js", Dir: folder, Env: []string{"PORT=" + port}, Health: answers(address),
		Log: filepath.Join(folder, "log"),
	}
	for range 2 { // on the same port, and the same log
		d := started(t, cfg)
		require.NoError(t, d.Stop(t.Context()))
		require.Error(t, cfg.Health(t.Context()))
	}
	log, err := os.ReadFile(cfg.Log)
	require.NoError(t, err)
	require.Equal(t, "closing\nclosing\n", string(log), "it must have ended in order")
}

func TestAServiceThatDiesSaysWhy(t *testing.T) {
	cfg, address := server(t)
	cfg.Command = `exec "$` + selfVariable + `"`
	d := started(t, cfg)
	_, err := http.Get("http://" + address + "/die")
	require.Error(t, err)
	<-d.Done()
	want := "the service ended with exit status 7; its last lines:\n  listening on " + address + "\n  out of luck"
	require.EqualError(t, d.Err(), want)
	require.EqualError(t, d.Stop(t.Context()), want)

	d = started(t, cfg)
	require.NoError(t, syscall.Kill(d.Pid(), syscall.SIGKILL))
	<-d.Done()
	require.ErrorContains(t, d.Err(), "the service ended by signal 9 (killed); its last lines:")
}

func TestAServiceThatEndsAtOnce(t *testing.T) {
	cfg, _ := script(t, `pwd; echo "$GREETING" >&2; printf three; exit 3`)
	cfg.Env = []string{"GREETING=lost", "GREETING=hello"}
	_, err := daemon.Start(t.Context(), cfg)
	folder, evalErr := filepath.EvalSymlinks(cfg.Dir)
	require.NoError(t, evalErr)
	require.EqualError(t, err,
		"before it was healthy, the service ended with exit status 3; its last lines:\n  "+folder+"\n  hello\n  three")

	cfg, _ = script(t, "exit 1")
	_, err = daemon.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "exit status 1; it wrote nothing")

	// It does as if it were a server that goes to the background.
	cfg, folder = script(t, "sleep 1000 & echo $! > pid")
	_, err = daemon.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "with exit status 0: its command must stay in the foreground")
	require.False(t, alive(pidIn(t, folder, "pid")))
}

func TestAServiceThatIsNeverHealthy(t *testing.T) {
	cfg, folder := script(t, "echo $$ > pid; echo warming up; sleep 1000")
	asked, cancel := context.WithCancelCause(t.Context())
	cfg.Address = "http://user:secret@localhost:1/health"
	// Patience ends when the service is up for sure.
	cfg.Health = func(context.Context) error {
		if _, err := os.Stat(filepath.Join(folder, "pid")); err == nil {
			cancel(errors.New("the user has had enough"))
		}
		return errors.New("503 Service Unavailable")
	}
	_, err := daemon.Start(asked, cfg)
	require.ErrorIs(t, err, context.Cause(asked))
	require.ErrorContains(t, err, "the service was ended: the user has had enough; asked at http://user:xxxxx@localhost:1/health,"+
		" its health gave: 503 Service Unavailable; ")
	require.False(t, alive(pidIn(t, folder, "pid")))

	_, err = daemon.Start(asked, cfg)
	require.ErrorContains(t, err, "the service was not started: the user has had enough")

	cfg.Patience = time.Millisecond
	_, err = daemon.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "the service was ended: not healthy within 1ms; ")
}

// TestTheCauseIsNotHiddenByTheEndOfPatience holds that the error tells what the health gave, and not that there was no
// time for the last question: who connects with a deadline says so a moment before it is over.
func TestTheCauseIsNotHiddenByTheEndOfPatience(t *testing.T) {
	cfg, _ := script(t, "sleep 1000")
	asked := 0
	cfg.Health = func(ctx context.Context) error {
		if asked++; asked <= 2 { // before the start, and once after it
			return errors.New("503 Service Unavailable")
		}
		if over, _ := ctx.Deadline(); time.Until(over) < time.Second {
			return errors.New("i/o timeout")
		}
		<-ctx.Done()
		return ctx.Err()
	}
	cfg.Patience = 300 * time.Millisecond
	_, err := daemon.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "not healthy within 300ms; asked, its health gave: 503 Service Unavailable; ")
}

func TestAnOldServerIsNotMeasured(t *testing.T) {
	old := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer old.Close()
	cfg, folder := script(t, "touch ran; sleep 1000")
	cfg.Health, cfg.Address = answers(old.Listener.Addr().String()), old.URL
	_, err := daemon.Start(t.Context(), cfg)
	require.ErrorIs(t, err, daemon.ErrAnswers)
	require.EqualError(t, err, "something already answers at "+old.URL+" before the service is started:"+
		" is an old server still running? End it, or use another port")
	require.NoFileExists(t, filepath.Join(folder, "ran"))
}

func TestStopDoesNotWaitLongerThanItsCaller(t *testing.T) {
	cfg, _ := script(t, `trap "" TERM; touch ready; while :; do sleep 0.01; done`)
	d := started(t, cfg)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, d.Stop(over), context.Canceled)
	require.NoError(t, d.Stop(t.Context()))
	require.False(t, alive(d.Pid()))
	require.NoError(t, d.Stop(over), "it is over, whoever asks")
}

func TestPipes(t *testing.T) {
	cfg := daemon.Config{Command: "echo ready >&2; cat", Pipes: true, Log: filepath.Join(t.TempDir(), "log")}
	d := started(t, cfg)
	said := bufio.NewReader(d.Stdout())
	for _, line := range []string{"{\"op\":1}\n", "{\"op\":2}\n"} {
		_, err := io.WriteString(d.Stdin(), line)
		require.NoError(t, err)
		answer, err := said.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, line, answer)
	}
	require.NoError(t, d.Stop(t.Context()))
	_, err := io.WriteString(d.Stdin(), "more")
	require.Error(t, err)
	log, err := os.ReadFile(cfg.Log)
	require.NoError(t, err)
	require.Equal(t, "ready\n", string(log), "what is said on its pipes is not for the log")

	d = started(t, cfg)
	require.NoError(t, d.Stdin().Close())
	<-d.Done()
	require.NoError(t, d.Err(), "it ended as it was asked")
	rest, err := io.ReadAll(d.Stdout())
	require.NoError(t, err)
	require.Empty(t, rest)

	cfg.Command = "echo no such module >&2; exit 4"
	d = started(t, cfg)
	<-d.Done()
	_, err = io.WriteString(d.Stdin(), "hello\n")
	require.ErrorIs(t, err, syscall.EPIPE)
	require.EqualError(t, d.Err(), "the service ended with exit status 4; its last lines:\n  no such module")
}

func TestAllOutputIsInTheLog(t *testing.T) {
	cfg, _ := script(t, "yes 0123456789abcde | head -n 500000; printf end; exit 1")
	cfg.Log = filepath.Join(t.TempDir(), "log")
	_, err := daemon.Start(t.Context(), cfg)
	lines := strings.Split(err.Error(), "\n  ")
	assert.Len(t, lines, 21, "the sentence, and 20 lines")
	assert.Equal(t, "end", lines[20])
	info, err := os.Stat(cfg.Log)
	require.NoError(t, err)
	require.Equal(t, int64(500000*16+3), info.Size())
}

func TestALogThatCanNotBeWritten(t *testing.T) {
	cfg, _ := script(t, "echo lost; touch ready; sleep 1000")
	cfg.Log = filepath.Join(t.TempDir(), "none", "log")
	_, err := daemon.Start(t.Context(), cfg)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, cfg.Log)
	require.NoFileExists(t, filepath.Join(cfg.Dir, "ready"))

	if cfg.Log = "/dev/full"; written(cfg.Log)(t.Context()) == nil {
		d := started(t, cfg)
		require.ErrorContains(t, d.Stop(t.Context()), "the service's log is not whole: write /dev/full:")
	}
}

func TestAProgramThatKeepsNothing(t *testing.T) {
	cfg, _ := script(t, "touch ready; sleep 1000")
	cfg.Env = []string{roleVariable + "=" + forgotRole}
	_, err := daemon.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "must call daemon.Keep before all else")
	require.ErrorContains(t, err, "usage: a program")
	require.NoFileExists(t, filepath.Join(cfg.Dir, "ready"))
}

func TestConfigsThatMakeNoSense(t *testing.T) {
	healthy := func(context.Context) error { return nil }
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for want, cfg := range map[string]daemon.Config{
		"no command":            {Command: " ", Health: healthy},
		"no health:":            {Command: "true"},
		"talk to it by":         {Command: "true", Pipes: true, Health: healthy},
		"no address":            {Command: "true", Pipes: true, Address: "localhost:1"},
		"patience (-1s)":        {Command: "true", Health: healthy, Patience: -time.Second},
		"grace (-1s)":           {Command: "true", Health: healthy, Grace: -time.Second},
		"variable 2 of":         {Command: "true", Health: healthy, Env: []string{"A=", "s3cret"}},
		file + " is a file":     {Command: "true", Health: healthy, Dir: file},
		"the service's folder:": {Command: "true", Health: healthy, Dir: file + "s"},
	} {
		_, err := daemon.Start(t.Context(), cfg)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "s3cret")
	}
}
