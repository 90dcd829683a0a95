package main

import (
	"errors"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lostupdate/stress/internal/testenv"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stress": main})
}

// TestScripts holds what a user sees: exit codes, words, files.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: commands})
}

// TestServerScripts holds what a user of real servers sees.
func TestServerScripts(t *testing.T) {
	postgres, mariadb, redis := testenv.DSN(t, "postgres"), testenv.DSN(t, "mariadb"), testenv.DSN(t, "redis")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/servers", Cmds: commands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("POSTGRES", postgres)
			env.Setenv("MARIADB", mariadb)
			env.Setenv("REDIS", redis)
			return nil
		},
	})
}

var commands = map[string]func(*testscript.TestScript, bool, []string){"code": code}

// code runs a command and holds its exit code: code 3 stress run --bogus.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(ts.Exec(args[1], args[2:]...), &exit) {
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
