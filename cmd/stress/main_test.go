package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/daemon"
)

func TestMain(m *testing.M) {
	if daemon.IsKeeper() {
		os.Exit(daemon.Keep())
	}
	testscript.Main(leakless{m}, map[string]func(){"stress": main})
}

// leakless fails tests that leave goroutines behind, where testscript leaves no room for goleak's own.
type leakless struct{ *testing.M }

func (l leakless) Run() int {
	code := l.M.Run()
	if err := goleak.Find(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestProgressEnds holds that what shows progress leaves nothing running.
func TestProgressEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	p := &liveProgress{w: io.Discard}
	p.draw(80)
	p.show(harness.Progress{Ops: 10, Total: 100, OK: 9, Failed: 1, Rate: 1000, Elapsed: time.Second})
	p.end()
	s := &steps{}
	s.draw(io.Discard, 80, 3)
	s.next("memory · wallet · mutex")
	s.end()
}

// TestScripts holds what a user sees: exit codes, words, files.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: commands()})
}

type command = func(ts *testscript.TestScript, neg bool, args []string)

func commands() map[string]command {
	return map[string]command{
		"code": code, "await": await, "cut": cut, "spoil": spoil, "nothing": nothing,
	}
}

// code runs a command and holds its exit code: code 3 stress run --bogus.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command args...")
	}
	want := number(ts, args[0])
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(ts.Exec(args[1], args[2:]...), &exit) {
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// await returns when a file has so many lines: await FILE N.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await FILE N")
	}
	path, want := ts.MkAbs(args[0]), number(ts, args[1])
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(2 * time.Minute)
	for {
		content, err := os.ReadFile(path)
		if err == nil && bytes.Count(content, []byte("\n")) >= want {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			ts.Fatalf("%s has not come to %d lines: %v", args[0], want, err)
		}
	}
}

// cut writes the first part of a file to another: cut IN OUT 0.9.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cut IN OUT SHARE")
	}
	share, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	content := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(content[:int(share*float64(len(content)))]), 0o600))
}

// spoil writes a file with one byte in its middle overwritten to another: spoil IN OUT.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoil IN OUT")
	}
	content := []byte(ts.ReadFile(args[0]))
	middle := len(content) / 2
	line := middle + bytes.IndexByte(content[middle:], '\n') + 1
	content[line] = 0
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o600))
}

// nothing holds that a folder is empty: nothing DIR.
func nothing(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nothing DIR")
	}
	left, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("left behind: %v", left)
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}
