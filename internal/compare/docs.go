package main

import (
	"fmt"
	"os"
	"strings"
)

// intoDocs replaces the tables in a Markdown file. Each stands between <!-- compare NAME --> and <!-- /compare -->.
func intoDocs(path string, tables map[string]string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := string(content)
	for name, t := range tables {
		if text, err = replaced(text, name, t); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func replaced(text, name, table string) (string, error) {
	begin, end := "<!-- compare "+name+" -->\n", "<!-- /compare -->"
	before, rest, ok := strings.Cut(text, begin)
	if !ok {
		return "", fmt.Errorf("there is no place for the table: no line %q", strings.TrimSpace(begin))
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("the table of %s has no end: no line %q", name, end)
	}
	return before + begin + table + end + after, nil
}
