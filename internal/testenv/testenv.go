// Package testenv tells tests which real servers and data they may use.
//
// A skip is not a pass: with STRESS_REQUIRE=1, as in CI, what would be skipped fails.
package testenv

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Require is the variable that turns a skip for want of a server into a failure.
const Require = "STRESS_REQUIRE"

// Data is the variable that names the folder of histories with known verdicts.
const Data = "STRESS_TESTDATA"

// DSN gives the address of a real server from STRESS_<ENGINE>_DSN, or skips the test and says so.
func DSN(t testing.TB, engine string) string {
	t.Helper()
	return DSNs(t, "STRESS_"+strings.ToUpper(engine)+"_DSN")
}

// DSNs gives the addresses of real servers from the variables named, with spaces between, or skips the test and says so.
func DSNs(t testing.TB, variables ...string) string {
	t.Helper()
	all := make([]string, len(variables))
	for i, name := range variables {
		if all[i] = os.Getenv(name); all[i] != "" {
			continue
		}
		if os.Getenv(Require) != "" {
			t.Fatalf("no server: set %s (required by %s)", name, Require)
		}
		t.Skipf("skipped without a real server: set %s to run it", name)
	}
	return strings.Join(all, " ")
}

// DataFile gives the path of a file of the test data, or skips the test where the data is not there. Where the data is
// said to be there, a missing file fails.
func DataFile(t testing.TB, path ...string) string {
	t.Helper()
	root := os.Getenv(Data)
	if root == "" {
		if os.Getenv(Require) != "" {
			t.Fatalf("no test data: set %s to its folder (required by %s)", Data, Require)
		}
		t.Skipf("skipped without test data: set %s to the folder that has %s", Data, filepath.Join(path...))
	}
	full := filepath.Join(append([]string{root}, path...)...)
	if _, err := os.Stat(full); err != nil {
		t.Fatalf("test data: %v", err)
	}
	return full
}

// DataFolder gives the folder of the test data if it has that file, or skips the test.
func DataFolder(t testing.TB, path ...string) string {
	t.Helper()
	DataFile(t, path...)
	return os.Getenv(Data)
}
