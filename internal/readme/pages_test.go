//go:build !race

package readme

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPages follows the pages that teach how to add something, word for word, each in a copy of the module of its own.
func TestPages(t *testing.T) {
	for _, page := range []string{"add-a-strategy", "add-an-engine", "add-a-data-type"} {
		t.Run(page, func(t *testing.T) {
			dir := copyModule(t)
			for _, b := range blocks(read(t, "../../docs/"+page+".md")) {
				b.follow(t, dir)
			}
		})
	}
}

// copyModule copies what git knows of, and what is new in the checkout.
func copyModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = "../.."
	names, err := list.Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		content, err := os.ReadFile("../../" + name)
		if os.IsNotExist(err) {
			continue // deleted in the checkout
		}
		require.NoError(t, err)
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, content, 0o644))
}

// block is something that a page has its reader do.
type block struct{ kind, path, text string }

// blocks gives the code of a page: for a file to make, with the path that the sentence before it ends in.
func blocks(page string) (all []block) {
	found := regexp.MustCompile("(?s)(?:`([^`\n]+)`:\n\n)?```(go|diff|console)\n(.*?)```").FindAllStringSubmatch(page, -1)
	for _, m := range found {
		all = append(all, block{kind: m[2], path: m[1], text: m[3]})
	}
	return all
}

func (b block) follow(t *testing.T, dir string) {
	t.Helper()
	switch {
	case b.kind == "go" && b.path != "":
		write(t, filepath.Join(dir, b.path), []byte(b.text))
	case b.kind == "diff":
		patch := exec.CommandContext(t.Context(), "git", "apply", "--recount", "-")
		patch.Dir, patch.Stdin = dir, strings.NewReader(b.text)
		out, err := patch.CombinedOutput()
		require.NoError(t, err, "%s%s", out, b.text)
	case b.kind == "console":
		for _, c := range commands(b.text) {
			c.run(t, dir)
		}
	}
}

// command is a line to type, with what must then be printed.
type command struct{ line, want string }

func commands(text string) (all []command) {
	for part := range strings.SplitSeq("\n"+text, "\n$ ") {
		if line, want, found := strings.Cut(part, "\n"); found && line != "" {
			all = append(all, command{line, strings.TrimSuffix(want, "\n")})
		}
	}
	return all
}

func (c command) run(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "bash", "-c", c.line) //nolint:gosec // the page's
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "STRESS_POSTGRES_DSN=", "STRESS_MARIADB_DSN=", "STRESS_REDIS_DSN=", "STRESS_REQUIRE=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s\n%s%s", c.line, out, stderr.String())
	require.Regexp(t, c.pattern(), strings.TrimSpace(string(out)), c.line)
}

// pattern is what is printed but for numbers, spaces, and what stands as "…".
func (c command) pattern() string {
	p := regexp.QuoteMeta(strings.TrimSpace(c.want))
	p = regexp.MustCompile(`\d+(\\?\.\d+)?`).ReplaceAllString(p, `[\d.]+`)
	p = strings.ReplaceAll(p, "…", "(?s:.*)")
	return "^" + regexp.MustCompile(`\s+`).ReplaceAllString(p, `\s+`) + "$"
}
