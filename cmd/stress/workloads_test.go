package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// strategies are, by workload, a broken one and a correct one in memory.
func strategies() map[string][2]string {
	found := map[string][2]string{}
	for _, e := range targets.Catalogue() {
		if e.Engine.Name != "memory" {
			continue
		}
		two := found[e.Workload]
		if e.Correct() {
			two[1] = e.Strategy
		} else {
			two[0] = e.Strategy
		}
		found[e.Workload] = two
	}
	return found
}

// ran makes a history.
func ran(t *testing.T, workload, strategy string) string {
	t.Helper()
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	Main([]string{"run", "-t", "memory", "-w", workload, "-s", strategy, "-n", "400", "-q", "-o", out}, &stdout, &stderr)
	path := filepath.Join(out, "latest", historyFile)
	require.FileExists(t, path, "%s: %s", workload, stderr.String())
	return path
}

// TestStreamsAreAsChecks holds that a history has the same verdict when it is read in batches, or is refused.
func TestStreamsAreAsChecks(t *testing.T) {
	streamed := 0
	for workload, two := range strategies() {
		for _, strategy := range two {
			path := ran(t, workload, strategy)
			var whole, batches, stderr bytes.Buffer
			code := Main([]string{"check", "--json", path}, &whole, &stderr)
			switch again := Main([]string{"check", "--json", "--stream", path}, &batches, &stderr); again {
			case exitUsage:
				require.Contains(t, stderr.String(), "the workload "+workload+" has no check for it: leave --stream out")
			default:
				streamed++
				require.Equal(t, statusOf(t, &whole), statusOf(t, &batches), path)
				require.Equal(t, code, again)
			}
		}
	}
	require.Greater(t, streamed, 8)
}

func statusOf(t *testing.T, text *bytes.Buffer) string {
	t.Helper()
	var r report.Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &r))
	return r.Verdict.Status.String()
}

// TestTheHelpKnowsHowManyKeys compares what the help of --keys says with what runs have.
func TestTheHelpKnowsHowManyKeys(t *testing.T) {
	help := runCommand().Flags().Lookup("keys").Usage
	for workload, two := range strategies() {
		f, err := os.Open(ran(t, workload, two[1]))
		require.NoError(t, err)
		head, err := bufio.NewReader(f).ReadBytes('\n')
		require.NoError(t, err)
		require.NoError(t, f.Close())
		var info history.Info
		require.NoError(t, json.Unmarshal(head, &info))
		require.InDelta(t, said(t, help, workload), info.Params["keys"], 0, workload)
	}
}

// said is the number behind a workload's name, or the one that holds for all others.
func said(t *testing.T, help, workload string) int {
	t.Helper()
	_, defaults, _ := strings.Cut(help, "(default ")
	first, rest, _ := strings.Cut(strings.TrimSuffix(defaults, ")"), "; ")
	text := first
	for part := range strings.SplitSeq(rest, "; ") {
		names, n, _ := strings.Cut(part, ": ")
		if regexp.MustCompile(`(^|, )` + workload + `(,|$)`).MatchString(names) {
			text = n
		}
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, help)
	return n
}
