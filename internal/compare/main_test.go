package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tiny makes everything small, so that only what is printed can be looked at, not the figures.
func tiny(args ...string) []string {
	return append(args, "--most", "400", "--runs", "1", "--limit", "20ms")
}

// compare runs the command and gives its exit code and what it printed.
func compare(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(args, &out, &err)
	return code, out.String(), err.String()
}

// printed runs the command, which must succeed.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := compare(t, args...)
	require.Zero(t, code, stderr)
	return stdout
}

// lines gives the rows of a table, without its head.
func lines(text string) []string {
	_, rows, _ := strings.Cut(text, "| --- |")
	all := strings.Split(strings.TrimSpace(rows), "\n")
	return all[1:]
}

func TestTargetsThatNeedNoData(t *testing.T) {
	t.Setenv(dataVariable, "")
	text := printed(t, tiny("--rows", "store,set,hot,register,crashed")...)
	assert.True(t, strings.HasPrefix(text, "Made histories were cut to 400 operations at the most.\n\n| work | at least |"), text)
	all := lines(text)
	require.Len(t, all, 13)
	assert.Contains(t, all[0], "| 8 ×, 1/5 of the memory | 20 ×, 1/10 of the memory |")
	assert.Contains(t, all[3], "| one hot register, 100 clients, 1,000,000 operations | 1 s, 500 MB | 200 ms, 100 MB |")
	assert.Contains(t, all[3], " on 100 operations of 50 clients |")
	assert.Contains(t, all[12], "| illegal history with 14 crashed writes | 10 ms | 1 ms |")
	for _, line := range all {
		assert.Equal(t, 11, strings.Count(line, "|"), line)
	}
}

// folder makes test data of one store and one log.
func folder(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"EXPECTED.tsv": "file\tops\t\t\t\tlinearizable\nkv/c50-ok.txt\t2\t0\t0\t1\ttrue\n" +
			"jepsen/etcd_000.log\t2\t0\t0\t1\tfalse\n",
		"jepsen/etcd_000.log": "INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:read\t3\n",
		"kv/c50-ok.txt": `{:process 4, :type :invoke, :f :append, :key "1", :value "x"}
{:process 4, :type :ok, :f :append, :key "1", :value "x"}
`,
	} {
		path := filepath.Join(root, "porcupine", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return root
}

func TestTargetsOfTheData(t *testing.T) {
	all := lines(printed(t, tiny("--rows", "etcd,files,kv", "--testdata", folder(t))...))
	require.Len(t, all, 3)
	assert.Contains(t, all[0], "| the etcd logs, sum | 100 × | 500 × |")
	assert.Contains(t, all[1], "| each of the 2 files | never slower |")
	assert.Contains(t, all[2], "| kv c50-ok | 20 × | 50 × |")
}

// A wrong verdict must not pass for a fast one.
func TestWrongVerdictIsAnError(t *testing.T) {
	root := folder(t)
	list := filepath.Join(root, "porcupine", "EXPECTED.tsv")
	content, err := os.ReadFile(list)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(list, bytes.Replace(content, []byte("false"), []byte("true"), 1), 0o600))
	code, _, stderr := compare(t, tiny("files", "--testdata", root)...)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "compare: jepsen/etcd_000.log: the verdict is invalid, not valid")
}

func TestUnknownRow(t *testing.T) {
	code, stdout, stderr := compare(t, "--rows", "hot,haystack")
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, `there is no row "haystack"; there are etcd, files, kv-c50-ok, store,`)
}

func TestMissingData(t *testing.T) {
	t.Setenv(dataVariable, "")
	for _, args := range [][]string{{"--rows", "etcd"}, {"files"}, {"all"}, {}} {
		code, stdout, stderr := compare(t, args...)
		assert.Equal(t, 1, code)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, "no test data: set STRESS_TESTDATA or --testdata to the folder that has porcupine/EXPECTED.tsv")
	}
	empty := t.TempDir()
	code, _, stderr := compare(t, "--rows", "etcd", "--testdata", empty)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "no test data in "+empty+": set STRESS_TESTDATA or --testdata")
}

// Everything goes into the page, in its places.
func TestAllIntoDocs(t *testing.T) {
	docs := t.TempDir()
	page := filepath.Join(docs, "benchmarks.md")
	var places strings.Builder
	for _, name := range [...]string{"targets", "files", "planner", "streams", "monitors", "growth"} {
		places.WriteString("before " + name + "\n<!-- compare " + name + " -->\nold\n<!-- /compare -->\nafter\n")
	}
	require.NoError(t, os.WriteFile(page, []byte(places.String()), 0o600))
	assert.Empty(t, printed(t, tiny("all", "--docs", docs, "--testdata", folder(t))...))
	content, err := os.ReadFile(page)
	require.NoError(t, err)
	text := string(content)
	assert.NotContains(t, text, "old")
	assert.Equal(t, 6, strings.Count(text, "<!-- /compare -->\nafter\n"))
	assert.Equal(t, 6, strings.Count(text, "| --- |\n"))
	assert.Contains(t, text, "before growth\n<!-- compare growth -->\n")
	assert.Contains(t, text, "| fetch-and-add, 16 clients, 1,000,000 operations | ")
	for _, name := range [...]string{"growth-time.svg", "growth-bytes.svg", "growth-ratio.svg"} {
		picture, err := os.ReadFile(filepath.Join(docs, name))
		require.NoError(t, err)
		assert.Contains(t, string(picture), ">Priority queue</text>")
		assert.Contains(t, string(picture), "Arial")
	}
}

func TestATableIsReplacedTimeAndAgain(t *testing.T) {
	text := "a\n<!-- compare growth -->\n<!-- /compare -->\nb\n<!-- compare files -->\n<!-- /compare -->\n"
	once, err := replaced(text, "growth", "| x |\n")
	require.NoError(t, err)
	assert.Equal(t, "a\n<!-- compare growth -->\n| x |\n<!-- /compare -->\nb\n<!-- compare files -->\n<!-- /compare -->\n", once)
	twice, err := replaced(once, "growth", "| x |\n")
	require.NoError(t, err)
	assert.Equal(t, once, twice)
}

func TestAPageWithoutPlaces(t *testing.T) {
	_, err := replaced("text", "growth", "table")
	require.ErrorContains(t, err, `no line "<!-- compare growth -->"`)
	_, err = replaced("<!-- compare growth -->\n", "growth", "table")
	require.ErrorContains(t, err, "has no end")
}
