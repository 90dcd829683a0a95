package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImportDirection holds the tree to the table.
func TestImportDirection(t *testing.T) {
	for _, v := range violations(tree(t)) {
		t.Error(v)
	}
}

// elsewhere stands for what is not ours.
var elsewhere = []pkg{
	{path: "os", standard: true},
	{path: "flag", standard: true},
	{path: "testing", standard: true, imports: []string{"flag"}},
	{path: "github.com/spf13/cobra", imports: []string{"flag"}},
	{path: "github.com/klauspost/compress/zstd"},
	{path: "github.com/anishathalye/porcupine"},
}

func ours(path string, imports ...string) pkg { return pkg{path: path, ours: true, imports: imports} }

// good is a small tree in which every arrow is right.
var good = []pkg{
	ours("."),
	ours("history", "os"),
	ours("history/file", "history", "github.com/klauspost/compress/zstd"),
	ours("checkers", "history"),
	ours("checkers/linear", "checkers", "history"),
	ours("report", "checkers", "history"),
	ours("harness", "report", "checkers", "history", "history/file", "flag"),
	ours("steps/sqlsteps", "harness"),
	ours("workloads", "history"),
	ours("workloads/wallet", "workloads", "harness", "checkers/linear"),
	ours("targets/cells", "workloads/wallet", "harness"),
	ours("targets/sql/sqlcells", "targets/cells", "targets/sql/db"),
	ours("targets/sql/db", "harness"),
	ours("targets/redis/conn", "harness"),
	ours("targets", "targets/sql/sqlcells", "targets/redis/conn", "report", "history/file"),
	ours("service/host"),
	{
		path: "service", ours: true, imports: []string{"targets", "service/host", "harness"},
		exits: []string{"service/keep.go:17: os.Exit"},
	},
	ours("internal/testenv", "testing"),
	ours("internal/gauge"),
	ours("internal/loads", "history", "checkers/linear"),
	ours("internal/peer", "history", "github.com/anishathalye/porcupine"),
	ours("internal/contest", "checkers/linear", "history", "internal/gauge", "internal/loads", "internal/peer",
		"github.com/anishathalye/porcupine"),
	ours(command, "targets", "report", "history/file", "flag", "github.com/spf13/cobra"),
}

func TestRightArrowsPass(t *testing.T) {
	assert.Empty(t, violations(append(good, elsewhere...)))
}

func TestWrongArrowsAreFound(t *testing.T) {
	for _, c := range []struct {
		bad  pkg
		want string
	}{
		{ours("history", "github.com/klauspost/compress/zstd"), "history -> github.com/klauspost/compress/zstd is a wrong"},
		{ours("history", "history/file"), "history -> history/file is a wrong"},
		{ours("history", "checkers"), "history -> checkers is a wrong"},
		{ours("checkers/linear", "harness"), "checkers may import of this module only history, internal/*."},
		{ours("checkers/linear", "workloads/wallet"), "checkers/linear -> workloads/wallet is a wrong"},
		{ours("harness", "workloads"), "harness -> workloads is a wrong"},
		{ours("harness", "targets/sql/db"), "harness -> targets/sql/db is a wrong"},
		{ours("workloads/wallet", "targets/cells"), "workloads/wallet -> targets/cells is a wrong"},
		{ours("targets/cells", "targets/sql/db"), "targets/cells -> targets/sql/db is a wrong"},
		{ours("targets/sql/db", "targets/redis/conn"), "targets/sql/db -> targets/redis/conn is a wrong"},
		{ours("targets/sql/db", "report"), "targets/sql/db -> report is a wrong"},
		{ours("targets/sql/db", "targets"), "targets/sql/db -> targets is a wrong"},
		{ours("targets", command), "targets -> cmd/stress is a wrong"},
		{ours("report", "flag"), "report -> flag is a wrong"},
		{ours("harness", "github.com/spf13/cobra"), "harness -> github.com/spf13/cobra is a wrong"},
		{ours("harness", "steps/sqlsteps"), "harness -> steps/sqlsteps is a wrong"},
		{ours("steps/sqlsteps", "workloads"), "steps/sqlsteps -> workloads is a wrong"},
		{ours("targets", "github.com/spf13/cobra"), "targets -> github.com/spf13/cobra is a wrong"},
		{ours("kitchen", "history"), "kitchen has no row"},
		{ours("cmd/other"), "cmd/other has no row"},
		{pkg{path: "harness", ours: true, linked: true, imports: []string{"testing"}}, "harness imports testing"},
		{pkg{path: "github.com/x/y", linked: true, imports: []string{"testing"}}, "github.com/x/y imports testing"},
		{ours("harness", "internal/contest"), "harness -> internal/contest is a wrong"},
		{
			pkg{path: "harness", ours: true, linked: true, imports: []string{"github.com/anishathalye/porcupine"}},
			"harness imports github.com/anishathalye/porcupine and is linked",
		},
		{ours(command, "service"), "cmd/stress -> service is a wrong"},
		{pkg{path: "service", ours: true, exits: []string{"service/service.go:7: os.Exit"}}, "service/service.go:7: os.Exit ends"},
		{pkg{path: "harness", ours: true, exits: []string{"harness/run.go:7: os.Exit"}}, "harness/run.go:7: os.Exit ends"},
	} {
		packages := append([]pkg{c.bad}, elsewhere...)
		for _, p := range good {
			if p.path != c.bad.path {
				packages = append(packages, p)
			}
		}
		found := violations(packages)
		require.Lenf(t, found, 1, "%s %v", c.bad.path, c.bad.imports)
		assert.Contains(t, found[0], c.want)
	}
}

func TestExitsAreFound(t *testing.T) {
	const source = `package x
import (
	system "os"
	"log"
)
func f() {
	defer system.Exit(1)
	log.Fatalf("no")
	log.Println("yes")
	exit := system.Exit
	exit(2)
}`
	found, err := exits("x/f.go", "f.go", source)
	require.NoError(t, err)
	assert.Equal(t, []string{"x/f.go:7: os.Exit", "x/f.go:8: log.Fatalf", "x/f.go:10: os.Exit"}, found)
}
