package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/schema"
)

// TestWhatIsWrittenFitsTheSchemas holds the JSON of runs, recorded histories and matrices of every kind to what is published.
func TestWhatIsWrittenFitsTheSchemas(t *testing.T) {
	reports, err := schema.Open("../../docs/report.schema.json")
	require.NoError(t, err)
	matrices, err := schema.Open("../../docs/matrix.schema.json")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("history.edn", []byte(`{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process :nemesis, :type :info, :f :start, :value nil}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 2}
`), 0o600))
	racy := []string{"run", "-s", "read-modify-write", "-n", "400", "-k", "1", "--seed", "18446744073709551615"}
	for _, c := range []struct {
		code   int
		schema *schema.Schema
		args   []string
	}{
		{exitAnomaly, reports, append(racy, "--json", "--dsn", "x.db")},
		{exitGate, reports, append(racy, "--json", "--expect", "lost-update", "--fail-if", "p99 > 1ns")},
		{exitValid, reports, []string{"run", "-t", "memory", "-w", "counter", "-s", "mutex", "-n", "200", "--json", "-o", ""}},
		{exitUndecided, reports, []string{
			"run", "-t", "memory", "-w", "counter", "-s", "mutex", "-n", "20", "-c", "1", "--json", "-o", "",
		}},
		{exitAnomaly, reports, []string{"check", "stress-out/latest", "--json"}},
		{exitAnomaly, reports, []string{"check", "cut.jsonl", "--json"}},
		{exitAnomaly, reports, []string{"check", "history.edn", "--json"}},
		{exitValid, reports, []string{"check", "valid/latest", "--orders", "--json"}},
		{exitValid, reports, []string{"check", "valid/latest", "--stream", "--json"}},
		{exitValid, matrices, []string{"matrix", "-q", "-t", "memory", "-w", "counter", "-r", "2", "--detect", "--format", "json"}},
		{exitValid, matrices, []string{"matrix", "-q", "-w", "wallet", "-s", "atomic,advisory-lock", "--format", "json"}},
	} {
		prepare(t, c.args[1])
		var stdout, stderr bytes.Buffer
		require.Equal(t, c.code, Main(c.args, &stdout, &stderr), "%v\n%s%s", c.args, stdout.String(), stderr.String())
		require.NoError(t, c.schema.Check(stdout.Bytes()), "%v\n%s", c.args, stdout.String())
	}
	written, err := filepath.Glob("stress-out/*/report.json")
	require.NoError(t, err)
	require.NotEmpty(t, written)
	for _, path := range written {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, reports.Check(text), path)
	}
}

// prepare makes the history that a test is about to check, if it is one of these.
func prepare(t *testing.T, path string) {
	t.Helper()
	switch path {
	case "cut.jsonl":
		text, err := os.ReadFile("stress-out/latest/history.jsonl")
		require.NoError(t, err)
		end := bytes.LastIndex(bytes.TrimSpace(text), []byte("\n"))
		require.NoError(t, os.WriteFile(path, text[:end+1], 0o600))
	case "valid/latest":
		var out bytes.Buffer
		args := []string{"run", "-t", "memory", "-w", "counter", "-s", "mutex", "-n", "200", "-o", "valid"}
		require.Equal(t, exitValid, Main(args, &out, &out), out.String())
	}
}
