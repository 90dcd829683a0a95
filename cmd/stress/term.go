package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/lostupdate/stress/report"
)

// terminal reports whether the writer is a terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// styleOf wraps text on a terminal, and has colours as the rules of [report.Style] say.
func styleOf(w io.Writer) report.Style {
	s := report.Style{Color: colors(terminal(w), os.Getenv)}
	if terminal(w) {
		s.Width = width(w)
	}
	return s
}

// colors reports whether there are any: see the rules of [report.Style].
func colors(terminal bool, env func(string) string) bool {
	switch {
	case env("NO_COLOR") != "":
		return false
	case forced(env("FORCE_COLOR")), forced(env("CLICOLOR_FORCE")):
		return true
	}
	return terminal && env("TERM") != "dumb"
}

func forced(value string) bool { return value != "" && value != "0" && value != "false" }

func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 100
}

// roomForBar reports whether a progress bar fits: one that is wrapped would fill the screen.
func roomForBar(w io.Writer) bool { return terminal(w) && width(w) >= 60 }

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
