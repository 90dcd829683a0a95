package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryByte holds the rules of report.Style for the output of all verbs.
func TestEveryByte(t *testing.T) {
	out := t.TempDir()
	last := filepath.Join(out, latest)
	stale := filepath.Join("testdata", "stale.edn")
	for _, args := range [][]string{
		{"run", "-s", "read-modify-write", "--seed", "7", "-n", "200", "-k", "1", "-q", "-o", out},
		{"run", "-t", "memory", "-w", "counter", "-s", "atomic", "-c", "1", "-n", "50", "-q", "-o", ""},
		{"check", last}, {"check", last, "--stream"}, {"check", stale}, {"check", last, "--orders"},
		{"report", last}, {"diff", stale, last}, {"diff", last, last},
		{"matrix", "-t", "memory", "-w", "counter", "-n", "100", "--runs", "1"},
		{"list"}, {"list", "--long", "-t", "memory"}, {"version"}, {"--help"}, {"run", "--help"}, {"check", "--help"},
		{"report", "--help"}, {"diff", "--help"}, {"serve", "--help"}, {"matrix", "--help"}, {"convert", "--help"},
		{"nothing"}, {"check", "nowhere"}, {"report", "nowhere", "elsewhere"}, {"diff", "nowhere", "elsewhere"}, {"serve", "nowhere"},
	} {
		t.Run(strings.Join(args[:min(2, len(args))], " "), func(t *testing.T) {
			plainOut, plainErr := output(t, args)
			rules(t, plainOut)
			rules(t, plainErr)
			require.NotContains(t, plainOut+plainErr, "\x1b")
			for line := range strings.Lines(plainErr) {
				require.Regexp(t, `^(stress: |\d|checking)`, line, "an error says whose it is")
			}
			t.Setenv("FORCE_COLOR", "1")
			dressed, _ := output(t, args)
			rules(t, regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(dressed, ""))
			require.Equal(t, strings.Count(dressed, "\x1b[0m")*2, strings.Count(dressed, "\x1b["), "what is begun ends")
			t.Setenv("NO_COLOR", "1")
			dressed, _ = output(t, args)
			require.NotContains(t, dressed, "\x1b")
		})
	}
}

func output(t *testing.T, args []string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	Main(args, &out, &errs)
	return out.String(), errs.String()
}

func rules(t *testing.T, text string) {
	t.Helper()
	if text == "" {
		return
	}
	require.True(t, strings.HasSuffix(text, "\n"), "the last line ends: %q", text)
	require.NotContains(t, text, "\n\n\n", "one empty line between blocks")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		require.Equal(t, strings.TrimRight(line, " "), line, "no blank at the end")
		require.NotRegexp(t, `[\x00-\x1f\x7f]`, line)
		require.NotRegexp(t, `[a-z]!(\s|$)`, line, "no exclamation")
	}
}

func TestColors(t *testing.T) {
	for name, want := range map[string]bool{
		"":                                   true,
		"TERM=dumb":                          false,
		"NO_COLOR=1":                         false,
		"NO_COLOR=":                          true,
		"NO_COLOR=1 FORCE_COLOR=1":           false,
		"TERM=dumb FORCE_COLOR=1":            true,
		"pipe":                               false,
		"pipe FORCE_COLOR=1":                 true,
		"pipe FORCE_COLOR=0":                 false,
		"pipe FORCE_COLOR=false":             false,
		"pipe FORCE_COLOR=":                  false,
		"pipe CLICOLOR_FORCE=1":              true,
		"pipe CLICOLOR_FORCE=0":              false,
		"pipe CLICOLOR_FORCE=1 NO_COLOR=yes": false,
	} {
		env := map[string]string{}
		for setting := range strings.FieldsSeq(name) {
			key, value, _ := strings.Cut(setting, "=")
			env[key] = value
		}
		_, pipe := env["pipe"]
		require.Equal(t, want, colors(!pipe, func(key string) string { return env[key] }), name)
	}
}
