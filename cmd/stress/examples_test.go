package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/report"
)

// TestExamples runs the example services as their README says: each strategy that is broken must be caught, with the request and
// the values in its explanation, and each other must pass.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: it starts services")
	}
	for _, example := range []struct {
		folder, file string
		programs     []string
		stores       map[string]string // which variable of ours gives each of the service's
		always       bool              // some strategies need no store
	}{
		{"python-wallet", "stress.yaml", []string{"python3"}, nil, true},
		{"node-wallet", "stress.yaml", []string{"node", "npm"},
			map[string]string{"DATABASE_URL": "STRESS_POSTGRES_DSN", "REDIS_URL": "STRESS_REDIS_DSN"}, true},
		{"bullmq", "jobs.yaml", []string{"node", "npm"}, map[string]string{"REDIS_URL": "STRESS_REDIS_DSN"}, false},
		{"bullmq", "scheduler.yaml", []string{"node", "npm"}, map[string]string{"REDIS_URL": "STRESS_REDIS_DSN"}, false},
	} {
		t.Run(example.folder+"/"+example.file, func(t *testing.T) {
			for _, program := range example.programs {
				testenv.Program(t, program)
			}
			found := 0
			for theirs, ours := range example.stores {
				t.Setenv(theirs, os.Getenv(ours))
				switch address := os.Getenv(ours); {
				case address != "":
					found++
				case os.Getenv(testenv.Require) != "":
					t.Fatalf("no %s (required by %s)", ours, testenv.Require)
				default:
					t.Logf("without %s, strategies that need %s are left out", ours, theirs)
				}
			}
			if !example.always && found == 0 {
				t.Skip("skipped without STRESS_REDIS_DSN: every strategy needs it")
			}
			t.Setenv("WALLET_TABLE", "stress_examples_test")
			t.Setenv("QUEUE_PREFIX", "stress_examples_test")
			matrixHolds(t, copyExample(t, example.folder), example.file)
		})
	}
}

// copyExample copies what the checkout has of an example, so that what npm installs is left nowhere.
func copyExample(t *testing.T, folder string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), folder)
	from := filepath.Join("..", "..", "examples", folder)
	require.NoError(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		to := filepath.Join(dir, path[len(from):])
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return os.WriteFile(to, content, 0o644)
	}))
	if _, err := os.Stat(filepath.Join(dir, "package.json")); err == nil {
		c := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
		c.Dir = dir
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return dir
}

// matrixHolds runs all strategies that a file describes.
func matrixHolds(t *testing.T, dir, file string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "matrix.json")
	var stdout, stderr bytes.Buffer
	code := Main([]string{"matrix", "--quiet", "--spec", filepath.Join(dir, file), "--report", "json=" + out}, &stdout, &stderr)
	require.Equal(t, exitValid, code, "%s%s", &stdout, &stderr)
	content, err := os.ReadFile(out)
	require.NoError(t, err)
	var m report.Matrix
	require.NoError(t, json.Unmarshal(content, &m))
	require.NotEmpty(t, m.Rows)
	for _, row := range m.Rows {
		require.Equal(t, 1, row.AsExpected, "%s: %s", row.Strategy, row.Surprise)
		if row.Expected != "" {
			require.Contains(t, row.Found, row.Expected)
			require.Regexp(t, `\d.*Through POST /`+row.Strategy, row.Examples[row.Expected], "it names values and the request")
		}
	}
}
