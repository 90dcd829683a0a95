package testenv

import (
	"os"
	"os/exec"
	"testing"
)

// Program gives the path of a program that this machine may lack, or skips the test and says so.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv(Require) != "" {
		t.Fatalf("no %s: install it (required by %s)", name, Require)
	}
	t.Skipf("skipped without %s: install it to run this test", name)
	return ""
}
