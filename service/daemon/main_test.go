//go:build unix

package daemon_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/service/daemon"
)

// The test binary is also what the tests start, as these variables say. They begin with nothing that the harness reads.
const (
	roleVariable    = "DAEMON_TEST_ROLE"
	addressVariable = "DAEMON_TEST_ADDRESS"
	scriptVariable  = "DAEMON_TEST_SCRIPT"
	folderVariable  = "DAEMON_TEST_FOLDER"
	selfVariable    = "DAEMON_TEST_SELF"
)

const (
	serverRole  = "server"  // an HTTP server
	harnessRole = "harness" // a process that starts a service, as the harness does
	forgotRole  = "forgot"  // a program that does not call Keep
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	switch {
	case role == forgotRole:
		_, _ = fmt.Fprintln(os.Stderr, "usage: a program")
		os.Exit(2)
	case daemon.IsKeeper():
		os.Exit(daemon.Keep())
	case role == serverRole:
		serve()
	case role == harnessRole:
		harness()
	default:
		goleak.VerifyTestMain(m)
	}
}

// serve answers until it gets SIGTERM. It dies of /die, with status 7.
func serve() {
	fmt.Println("listening on", os.Getenv(addressVariable))
	http.HandleFunc("/die", func(http.ResponseWriter, *http.Request) {
		_, _ = fmt.Fprintln(os.Stderr, "out of luck")
		os.Exit(7)
	})
	http.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	s := &http.Server{Addr: os.Getenv(addressVariable), ReadHeaderTimeout: time.Minute}
	_, _ = fmt.Println(s.ListenAndServe())
	os.Exit(1)
}

// harness starts what it is told, says so, says when it got SIGINT, and ends in order when its input does.
func harness() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	folder := os.Getenv(folderVariable)
	d, err := daemon.Start(context.Background(), daemon.Config{
		Command: os.Getenv(scriptVariable), Dir: folder, Env: []string{roleVariable + "="}, Grace: 50 * time.Millisecond,
		Health: written(filepath.Join(folder, "ready")),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("started", d.Pid())
	go func() {
		<-interrupts
		fmt.Println("interrupted")
	}()
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Println("ended", d.Stop(context.Background()))
	os.Exit(0)
}

// written is healthy when a file is there.
func written(path string) func(context.Context) error {
	return func(context.Context) error {
		_, err := os.Stat(path)
		return err
	}
}

// answers is healthy when the address gives 200.
func answers(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/health", http.NoBody)
		if err != nil {
			return err
		}
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Do(r)
		if err != nil {
			return err
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusOK {
			return errors.New(answer.Status)
		}
		return nil
	}
}

// free gives an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// server is the configuration of an HTTP server that is a child of a shell.
func server(t *testing.T) (daemon.Config, string) {
	t.Helper()
	address := free(t)
	return daemon.Config{
		Command: `"$` + selfVariable + `" & wait`, Health: answers(address), Address: "http://" + address,
		Env: []string{selfVariable + "=" + os.Args[0], roleVariable + "=" + serverRole, addressVariable + "=" + address},
	}, address
}

// started starts what the test itself ends.
func started(t *testing.T, cfg daemon.Config) *daemon.Daemon {
	t.Helper()
	d, err := daemon.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Stop(context.Background()) })
	return d
}

// script is the configuration of shell lines in a folder of their own, healthy when they wrote the file ready.
func script(t *testing.T, lines string) (daemon.Config, string) {
	t.Helper()
	folder := t.TempDir()
	return daemon.Config{
		Command: lines, Dir: folder, Grace: 50 * time.Millisecond, Health: written(filepath.Join(folder, "ready")),
	}, folder
}

// pidIn reads a process ID that a script has written.
func pidIn(t *testing.T, path ...string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	return pid
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// child is a process in the harness's role, with a group of its own.
type child struct {
	*exec.Cmd
	said *bufio.Reader
	in   *os.File
	pid  int // of the service
}

func harnessed(t *testing.T, folder, lines string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0])}
	c.Env = append(os.Environ(), roleVariable+"="+harnessRole, scriptVariable+"="+lines, folderVariable+"="+folder)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Stderr = os.Stderr
	read, write, err := os.Pipe()
	require.NoError(t, err)
	c.Stdin, c.in = read, write
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	c.said = bufio.NewReader(out)
	require.NoError(t, c.Start())
	require.NoError(t, read.Close())
	t.Cleanup(func() { // if the test failed early
		_, _, _ = c.in.Close(), c.Process.Kill(), c.Wait()
	})
	line := c.hear(t)
	_, err = fmt.Sscanf(line, "started %d", &c.pid)
	require.NoError(t, err, line)
	return c
}

// hear gives what it says next.
func (c *child) hear(t *testing.T) string {
	t.Helper()
	line, err := c.said.ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}
